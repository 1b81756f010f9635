/** All packages at once, for `npm run unit`; one package: `npx nx test <package>`. */
export default {
  projects: ['<rootDir>/packages/*/jest.config.mjs', '<rootDir>/examples/*/jest.config.mjs', '<rootDir>/tools/jest.config.mjs'],
  testSequencer: '<rootDir>/tools/jest/sequencer.cjs',
  // A process keeps a part of each test file's module graph. Past this, a new one takes over before the next file: one with two hundred
  // files behind it ran out of memory in a test of 100,000 tasks, and collecting garbage took it ten times as long.
  workerIdleMemoryLimit: '600MB',
};
