/**
 * Makes few files of many, in a package's folder after `tsc -b`. The types stay where they are.
 *
 * - A package whose `exports` lead to dist/bundle: each such entry of dist is made there, of one file; what two of them share is a file, too.
 *   Node opens all modules of a program at about the same time: one that may have few files open (`ulimit -n 64`) could not
 *   load many, and fewer are loaded sooner.
 * - A package with workers: each dist/NAME-entry.js, with all it imports, becomes dist/NAME.cjs. Node loads fifty small modules in
 *   as long as it starts a thread, and each pool waits for it. CommonJS, since Node starts that sooner: the loader of ES
 *   modules is loaded when a task needs it. What the worker loads later, when a task asks, stays outside.
 *   Beside a worker.cjs comes a describe.cjs, with what describes functions: for tasks that submit tasks, which can't wait
 *   for an import when they block.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const common = { bundle: true, platform: 'node', target: 'node20.12', legalComments: 'none', logLevel: 'warning' };

await bundleEntries('dist/bundle');
await bundleWorkers('-entry.js');

/** @param {string} folder */
async function bundleEntries(folder) {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entryPoints = Object.values(exports)
    .map((entry) => entry.default ?? '')
    .filter((file) => file.startsWith(`./${folder}/`))
    .map((file) => file.replace(folder, 'dist'));
  if (entryPoints.length === 0) return;
  rmSync(folder, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints,
    outdir: folder,
    outbase: 'dist',
    splitting: true,
    packages: 'external',
    ignoreAnnotations: true, // a module that is imported for what it does stays
    format: 'esm',
    sourcemap: true,
  });
}

/** @param {string} suffix */
async function bundleWorkers(suffix) {
  const names = readdirSync('dist')
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));
  if (names.length > 0) {
    await build({
      ...asCommonJs('__filename'),
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
  }
  if (names.includes('worker')) {
    await build({
      ...asCommonJs("require.resolve('@heddle/serialization')"), // what it requires itself is that package's
      stdin: { contents: "export { describeToEncode } from '@heddle/serialization';", resolveDir: '.', sourcefile: 'describe.js' },
      entryNames: 'describe',
    });
  }
}

/** @param {string} url - what `import.meta.url` is in the file, as an expression */
function asCommonJs(url) {
  return {
    ...common,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: /** @type {const} */ ('cjs'),
    // What ES modules know of themselves.
    define: { 'import.meta.url': 'bundleUrl', 'import.meta.resolve': 'bundleResolve' },
    banner: {
      js: [
        "const { pathToFileURL } = require('node:url');",
        `const bundleUrl = pathToFileURL(${url}).href;`,
        'const bundleResolve = (name) => pathToFileURL(require.resolve(name)).href;',
      ].join('\n'),
    },
  };
}
