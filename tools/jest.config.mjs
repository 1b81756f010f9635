import { preset } from './jest/preset.mjs';

export default {
  ...preset(import.meta.url),
  testMatch: ['<rootDir>/jest/*.test.mjs', '<rootDir>/lib/*.test.mjs', '<rootDir>/bench/src/*.test.mjs', '<rootDir>/chaos/*.test.mjs'],
};
