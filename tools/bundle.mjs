/**
 * Makes few files of many, in a package's folder after `tsc -b`: dist/bundle, which is what is published, beside the types.
 *
 * - Each entry of the package's `exports` that leads to dist/bundle is made there. Node takes about a millisecond for each module that it
 *   loads, and opens all modules of a program at about the same time: a process that may have few files open (`ulimit -n 64`) could not load
 *   many. A package whose entries have the condition `module` is loaded when it is first used: lib/lazy-package.mjs. All entries of another
 *   one are a single file, all.js, if it has that entry.
 * - Each dist/NAME-entry.js, with all it imports, becomes dist/bundle/heddle-PACKAGE-NAME.cjs: a program of workers, or the parser.
 *   CommonJS, since Node starts that sooner: the loader of ES modules is loaded when a task needs it. Modules that a worker loads only
 *   when a task asks for them are not part of it. Beside a worker comes heddle-describe.cjs, with what describes functions: a task that
 *   blocks while it submits tasks can't wait for an import. `npx heddle-files` copies these files beside an application's bundle.
 * - dist/cjs is what `require` finds: lib/commonjs.mjs makes it of dist/bundle.
 *
 * `node tools/bundle.mjs [MODULE ...]`: further modules of dist that a worker imports by their URL, as entries.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

import { writeCommonJs } from './lib/commonjs.mjs';
import { fewImports } from './lib/few-imports.mjs';
import { ALL, allOf, bundleLazily, exportsOf, writeExports } from './lib/lazy-package.mjs';

const BUNDLE = 'dist/bundle';
/** The entry of an adapter that an application imports in its own workers. */
const FOR_WORKERS = 'worker.js';
const common = {
  bundle: true,
  platform: /** @type {const} */ ('node'),
  target: 'node20.12',
  legalComments: /** @type {const} */ ('none'),
  logLevel: /** @type {const} */ ('warning'),
  // Half the bytes to read and to parse, which is most of what importing costs. Source maps lead to src.
  minify: true,
  keepNames: true, // an instance of Lock is shown as a Lock
};

/**
 * A worker takes what it needs of other packages from their modules, not from their bundles: those are of one piece.
 * @param {readonly string[]} later - packages that it loads by name, when a task asks
 * @returns {import('esbuild').Plugin}
 */
const fromModules = (later) => ({
  name: 'from modules',
  setup(bundler) {
    const resolving = Symbol('resolving');
    bundler.onResolve({ filter: /^(?:@heddle\/|#)/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === resolving) return undefined;
      if (later.includes(path)) return { path, external: true };
      const found = await bundler.resolve(path, { ...options, pluginData: resolving });
      return { ...found, path: found.path.replace(/([\\/]dist)[\\/]bundle(?=[\\/])/, '$1') };
    });
  },
});

rmSync(BUNDLE, { recursive: true, force: true });
await bundleEntries(process.argv.slice(2));
await bundleWorkers('-entry.js');
await translateToCommonJs();

/** @param {string[]} further */
async function bundleEntries(further) {
  const { exports = {}, imports = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const file of bundledFiles(imports)) await bundleModule(file); // `#platform`: of several, Node chooses one
  const entries = Object.values(exports).filter((each) => bundledFiles(each).length > 0);
  const fileOf = (conditions) => bundledFiles(conditions.node ?? conditions.default)[0];
  const lazy = entries.filter(({ module }) => module !== undefined);
  if (lazy.length > 0) {
    const files = lazy.map((each) => ({ file: fileOf(each), whole: bundledFiles(each.module)[0] }));
    const others = further.map((name) => `${name}.js`);
    await bundleLazily(asModules(), files, others);
  }
  const plain = entries.filter((each) => !lazy.includes(each));
  const others = plain.flatMap((each) => [fileOf(each), ...bundledFiles(each.browser ?? {})]);
  if (others.includes(ALL)) await bundleAll(others.filter((file) => file !== ALL));
  else for (const file of others) await (file === FOR_WORKERS ? bundleForWorkers(file) : bundleModule(file));
}

/** Makes one file of all entries, and for each entry a file that exports its names from there. @param {string[]} entries */
async function bundleAll(entries) {
  const exported = new Map();
  for (const file of entries) exported.set(file, await exportsOf(asModules(), file));
  await build({ ...asModules(), stdin: allOf(exported), outfile: `${BUNDLE}/${ALL}` });
  for (const [file, exports] of exported) {
    const names = exports.map(([name]) => name);
    writeExports(file, names, ALL);
  }
}

/** A package that is published as modules, not as bundles, is translated as it is. */
async function translateToCommonJs() {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  if (manifest.exports === undefined || manifest.private === true) return;
  const { platform, target, minify } = common;
  const isBundled = bundledFiles(manifest.exports).length > 0;
  // Bundles keep their names already.
  await writeCommonJs(isBundled ? BUNDLE : 'dist', manifest, { platform, target, minify: isBundled && minify, keepNames: !isBundled });
}

/**
 * The files of dist/bundle that a part of a package.json names, relative to it.
 * @param {unknown} conditions
 * @returns {string[]}
 */
function bundledFiles(conditions) {
  if (typeof conditions === 'string') return conditions.startsWith(`./${BUNDLE}/`) ? [conditions.slice(BUNDLE.length + 3)] : [];
  return Object.values(Object(conditions)).flatMap(bundledFiles);
}

/** @param {string} file */
async function bundleModule(file) {
  await build({ ...asModules(), entryPoints: [`dist/${file}`], outdir: BUNDLE, outbase: 'dist' });
}

/** As `bundleWorkers` does: of one piece, and without what describes functions. @param {string} file */
async function bundleForWorkers(file) {
  const { peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
  const peers = Object.keys(peerDependencies).flatMap((name) => [name, `${name}/*`]);
  await build({
    ...asModules(),
    entryPoints: [`dist/${file}`],
    outdir: BUNDLE,
    conditions: [], // without `module`, which leads to whole.js
    sourcemap: false, // most of it is of other packages
    external: peers,
    plugins: [fromModules(['@heddle/serialization', '@heddle/futures'])],
  });
}

function asModules() {
  return {
    ...common,
    external: ['#platform'],
    plugins: [fewImports()],
    ignoreAnnotations: true, // a module that is imported for what it does stays
    format: /** @type {const} */ ('esm'),
    sourcemap: true,
    sourcesContent: false, // src is published beside it
  };
}

/** @param {string} suffix */
async function bundleWorkers(suffix) {
  const names = readdirSync('dist')
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));
  if (names.length > 0) {
    const { name: packageName } = JSON.parse(readFileSync('package.json', 'utf8'));
    const prefix = packageName.replace('@heddle/', 'heddle-');
    const { metafile } = await build({
      ...asCommonJs('__filename'),
      entryPoints: names.map((name) => ({ in: `dist/${name}${suffix}`, out: `${prefix}-${name}` })),
      plugins: [fromModules(['@heddle/serialization', '@heddle/futures'])],
      metafile: true,
    });
    writeLicences(Object.keys(metafile.inputs));
  }
  if (names.includes('worker')) {
    await build({
      ...asCommonJs('besideParser()'),
      stdin: { contents: "export { describeToEncode } from '@heddle/serialization';", resolveDir: '.', sourcefile: 'describe.js' },
      entryNames: 'heddle-describe',
      plugins: [fromModules(['@heddle/futures'])],
    });
  }
}

/** The licences of what a file contains of others: they ask for that. @param {string[]} inputs */
function writeLicences(inputs) {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?!@heddle\/)(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each)) ?? 'README.md';
    return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
  });
  if (texts.length > 0) writeFileSync(`${BUNDLE}/LICENCES.txt`, texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** @param {string} url - what `import.meta.url` is in the file, as an expression */
function asCommonJs(url) {
  return {
    ...common,
    conditions: [], // without `module`, which leads to whole.js
    outdir: BUNDLE,
    outExtension: { '.js': '.cjs' },
    format: /** @type {const} */ ('cjs'),
    // What ES modules know of themselves.
    define: { 'import.meta.url': 'bundleUrl', 'import.meta.resolve': 'bundleResolve' },
    banner: {
      js: [
        "const { pathToFileURL } = require('node:url');",
        // The parser is in its own package, or beside this file when an application has Heddle's files beside its bundle.
        "const besideParser = () => { try { return require.resolve('@heddle/serialization/package.json').replace('package.json', 'dist/bundle/index.js'); } catch { return __filename; } };",
        `const bundleUrl = pathToFileURL(${url}).href;`,
        'const bundleResolve = (name) => pathToFileURL(require.resolve(name)).href;',
      ].join('\n'),
    },
  };
}
