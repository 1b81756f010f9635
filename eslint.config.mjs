import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tsdoc from 'eslint-plugin-tsdoc';
import tseslint from 'typescript-eslint';

/**
 * Which package may import which: DESIGN's directed graph, one line a package. A package's tag stands in its project.json.
 * Tests may also use the conformance suite, which itself rests on `futures` and `serialization` only.
 */
const mayImport = {
  futures: [],
  serialization: ['futures'],
  sync: ['futures', 'serialization'],
  engine: ['futures', 'serialization'],
  threads: ['futures', 'serialization', 'engine', 'sync'],
  processes: ['futures', 'serialization', 'engine', 'sync'],
  pool: ['futures', 'serialization', 'engine', 'threads', 'processes'],
  coroutines: ['futures', 'sync'],
  tinypool: ['futures', 'serialization', 'engine'],
  threadsjs: ['futures', 'serialization'],
  distributed: ['futures', 'serialization'],
  progress: ['futures'],
  testkit: ['futures', 'serialization'],
  heddle: ['futures', 'serialization', 'sync', 'engine', 'threads', 'processes', 'pool', 'coroutines'],
};

const tag = (name) => `scope:${name}`;

/** The rule's options; in tests every package that is not below the testkit may import it too. */
const boundaries = ({ tests }) => ({
  // A package's own `imports`, resolved by Node within it.
  allow: ['#*'],
  // A test of what needs built files (a worker's own module, say) imports its package by name.
  allowCircularSelfDependency: tests,
  depConstraints: [
    ...Object.entries(mayImport).map(([name, allowed]) => ({
      sourceTag: tag(name),
      onlyDependOnLibsWithTags: [name, ...allowed, ...(tests ? ['testkit'] : [])].map(tag),
    })),
    { sourceTag: tag('examples'), onlyDependOnLibsWithTags: Object.keys(mayImport).map(tag) },
  ],
});

/**
 * Which folder of the engine may import which, beside itself. Only index.ts imports `pool`.
 * `worker` is the worker's side; its own entry is worker/index.ts.
 */
const engineLayers = {
  protocol: [],
  waiting: ['protocol'],
  task: ['protocol', 'waiting'],
  crew: ['protocol', 'waiting', 'task'],
  worker: ['protocol', 'waiting', 'task'],
  pool: ['protocol', 'waiting', 'task', 'crew'],
};

const engineZones = Object.entries(engineLayers).map(([layer, allowed]) => ({
  target: `./packages/engine/src/${layer}`,
  from: './packages/engine/src',
  except: [layer, ...allowed].map((each) => `./${each}`),
  message: `See docs/design/engine.md: ${layer} may import ${['itself', ...allowed].join(', ')} only.`,
}));

/** Imports from far to near, each group in the order of the alphabet; where a blank line stands is the writer's choice. */
const importOrder = [
  'error',
  {
    groups: ['builtin', 'external', 'internal', 'parent', 'sibling', 'index'],
    pathGroups: [{ pattern: '{@heddle/**,heddle,#*,#*/**}', group: 'internal' }],
    pathGroupsExcludedImportTypes: ['builtin'],
    'newlines-between': 'ignore',
    alphabetize: { order: 'asc', caseInsensitive: true },
  },
];

/** Tests, and what they share: neither is built nor published. */
const testsOf = (folder) => [`${folder}/src/**/*.test.ts`, `${folder}/src/test-support/**/*.ts`];
const TESTS = testsOf('{packages,examples}/*');
const SOURCES = ['{packages,examples}/*/src/**/*.ts'];
const SCRIPTS = ['**/*.{js,mjs,cjs}'];

const root = import.meta.dirname;
const workspaces = ['packages', 'examples'].flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`));

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', '**/coverage/', '**/.cache/', '**/.nx/', '**/.test-results/', 'docs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  eslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    rules: {
      'import-x/order': importOrder,
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
    },
  },
  {
    files: SOURCES,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylistic],
    plugins: { '@nx': nx, tsdoc },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts'],
      // Sources name their neighbours with `.js`, as Node will see them.
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } })],
    },
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries({ tests: false })],
      // Cycles are the business of tools/cycles.mjs: `import-x/no-cycle` leaves out type imports.
      'import-x/no-self-import': 'error',
      'tsdoc/syntax': 'error',
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: false, includeTypes: true }],
      'import-x/no-relative-packages': 'error',
      'import-x/no-default-export': 'error',
      // `export *` makes names public that nobody chose: an index names its exports one by one.
      'no-restricted-syntax': ['error', { selector: 'ExportAllDeclaration', message: 'Name the exports one by one.' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A task belongs to a scope, which waits for it; its error is never an unhandled rejection.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafePromises: [
            { from: 'file', name: 'Task' },
            { from: 'package', name: 'Task', package: '@heddle/coroutines' },
          ],
        },
      ],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      // A leading underscore says: in the signature, of no use here.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      // Whatever a task threw is passed on, errors or not.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true, allowThrowingAny: false }],
      // `Array<T>` and `T[]` are a matter of reading; so is a class used as a record of constants.
      '@typescript-eslint/array-type': 'off',
      '@typescript-eslint/class-literal-property-style': 'off',
    },
  },
  {
    files: ['packages/engine/src/**/*.ts'],
    ignores: testsOf('packages/engine'),
    rules: { 'import-x/no-restricted-paths': ['error', { basePath: root, zones: engineZones }] },
  },
  {
    files: TESTS,
    rules: {
      'max-lines': ['error', { max: 420, skipBlankLines: true, skipComments: true }],
      'tsdoc/syntax': 'off', // their tags (@slow, @workers) are Jest's
      '@nx/enforce-module-boundaries': ['error', boundaries({ tests: true })],
      // Tests throw what nobody should, hand over methods to be watched, drop what is to be collected, and keep async
      // signatures that never wait.
      'no-useless-assignment': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  // The tools of tests (Jest and its like) are dependencies of the workspace, everything else of the package itself.
  ...workspaces.map((workspace) => ({
    files: testsOf(workspace),
    rules: {
      'import-x/no-extraneous-dependencies': ['error', { includeTypes: true, packageDir: [root, join(root, workspace)] }],
    },
  })),
  {
    files: SCRIPTS,
    languageOptions: {
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly'])),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { __dirname: 'readonly', __filename: 'readonly' } },
  },
);
