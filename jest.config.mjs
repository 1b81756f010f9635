import { TEST_TIMEOUT_MS } from './tools/jest/preset.mjs';

/** All packages at once, for `npm run unit`; one package: `npx nx test <package>`. */
export default {
  // Jest takes this from the configuration it was started with, not from the projects'.
  testTimeout: TEST_TIMEOUT_MS,
  projects: ['<rootDir>/packages/*/jest.config.mjs', '<rootDir>/examples/*/jest.config.mjs', '<rootDir>/tools/jest.config.mjs'],
};
