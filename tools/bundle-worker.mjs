/**
 * Makes one file of what a worker runs: Node loads fifty small modules in as long as it starts a thread, and each pool
 * waits for it. What the worker loads later, when a task asks, stays outside.
 *
 * Runs in a package's folder, after `tsc -b`: each dist/NAME-entry.js with all it imports becomes dist/NAME.cjs. A CommonJS
 * one, since Node starts these sooner: the loader of ES modules is loaded when a task needs it.
 *
 * Beside a worker.cjs comes a describe.cjs, with what describes functions: for tasks that submit tasks, which can't wait for
 * an import when they block.
 */
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

const suffix = '-entry.js';
const names = readdirSync('dist')
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));

/** @param {string} url - what `import.meta.url` is in the file, as an expression */
const options = (url) => ({
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // What ES modules know of themselves.
  define: { 'import.meta.url': 'bundleUrl', 'import.meta.resolve': 'bundleResolve' },
  banner: {
    js: [
      "const { pathToFileURL } = require('node:url');",
      `const bundleUrl = pathToFileURL(${url}).href;`,
      'const bundleResolve = (name) => pathToFileURL(require.resolve(name)).href;',
    ].join('\n'),
  },
  target: 'node20.12',
  legalComments: 'none',
  logLevel: 'warning',
});

await build({
  ...options('__filename'),
  entryPoints: names.map((name) => ({ in: `dist/${name}${suffix}`, out: name })),
  plugins: [
    {
      name: 'loaded later',
      setup(bundler) {
        bundler.onResolve({ filter: /^@heddle\/(serialization|futures)$/ }, ({ path }) => ({ path, external: true }));
      },
    },
  ],
});

if (names.includes('worker')) {
  await build({
    ...options("require.resolve('@heddle/serialization')"), // what it requires itself is that package's
    stdin: { contents: "export { describeToEncode } from '@heddle/serialization';", resolveDir: '.', sourcefile: 'describe.js' },
    entryNames: 'describe',
  });
}
