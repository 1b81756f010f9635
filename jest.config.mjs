/** All packages at once, for `npm run unit`; one package: `npx nx test <package>`. */
export default {
  projects: ['<rootDir>/packages/*/jest.config.mjs', '<rootDir>/examples/*/jest.config.mjs', '<rootDir>/tools/jest.config.mjs'],
};
