import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));

/**
 * The Jest configuration of one package, for its jest.config.mjs: `export default preset(import.meta.url);`
 *
 * A test's relative imports are TypeScript sources, compiled by SWC. A package imported by name, its own included, is
 * what its `exports` say, thus built output: workers can't start from sources.
 */
export function preset(configUrl) {
  const rootDir = dirname(fileURLToPath(configUrl));
  return {
    displayName: basename(rootDir),
    rootDir,
    testMatch: ['<rootDir>/src/**/*.test.ts'],
    testEnvironment: join(here, 'environment.mjs'),
    extensionsToTreatAsEsm: ['.ts'],
    // Sources name their neighbours with `.js`, as Node will see them. Built files have no `.ts` beside them and keep theirs.
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
    transform: {
      '\\.ts$': [
        '@swc/jest',
        {
          jsc: { parser: { syntax: 'typescript', explicitResourceManagement: true }, target: 'es2022' },
          module: { type: 'es6' },
          sourceMaps: 'inline',
        },
      ],
    },
    cacheDirectory: join(root, 'node_modules', '.cache', 'jest'),
    injectGlobals: false,
    restoreMocks: true,
  };
}
