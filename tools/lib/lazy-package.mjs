/**
 * A package whose code is loaded when one of its exports is first used: see packages/futures/src/lazy/lazy-package.ts. Made in dist/bundle:
 *
 * - heddle-NAME-inside.cjs: the code, as a function of the modules that it imports, for dist/cjs too;
 * - index.js, or all.js when there are several entries: stand-ins for all exports, which is what Node imports and, translated, requires;
 * - whole.js: the code as it is, for bundlers (the condition `module`) and browsers.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

import { fewImports, takenFrom, takenTwice, wholeOf } from './few-imports.mjs';

/** A package with several entries that one program loads has them in one file, which the other packages import: the export `./all`. */
export const ALL = 'all.js';
const BUNDLE = 'dist/bundle';
const INDEX = 'index.js';
/** The module of what happens when the package is imported. It may export some of the package's exports, too, instead of stand-ins. */
const ON_IMPORT = 'on-import.js';

/**
 * @param {import('esbuild').BuildOptions} asModules - how modules are made
 * @param {readonly { file: string, whole: string }[]} entries - the files of dist/bundle that package.json names
 * @param {readonly string[]} further - modules that share the code, and are imported by their URL
 */
export async function bundleLazily(asModules, entries, further) {
  const exported = new Map();
  const files = [...entries.map((each) => each.file), ...further].filter((file) => file !== ALL);
  for (const file of files) exported.set(file, await exportsOf(asModules, file));
  const published = new Map([...exported].filter(([file]) => !further.includes(file)));

  const { file: main, whole } = entries.find(({ file }) => file === (published.size > 1 ? ALL : INDEX));
  await build({ ...asModules, stdin: allOf(published), outfile: join(BUNDLE, whole), sourcemap: false, plugins: [fewImports(false)] });
  const imported = await buildInside(asModules, exported);
  const others = await exportsOfOthers(imported);
  const atOnce = existsSync(`dist/${ON_IMPORT}`) ? (await exportsOf(asModules, ON_IMPORT)).map(([name]) => name) : [];
  // Where a bundler takes the main file in, its URL is that of the bundle.
  const urlFrom = (file) => (file === main ? 'import.meta.url' : `new URL('./${main}', import.meta.url).href`);
  const write = (file, exports) => writeModule(asModules, file, standIns(exports, urlFrom(file), imported, others, atOnce));
  await write(main, [...new Map([...published.values()].flat())]);
  for (const file of further) await write(file, exported.get(file));
  for (const entry of entries.filter(({ file }) => file !== main)) {
    const names = published.get(entry.file).map(([name]) => name);
    writeExports(entry.file, names, main);
    writeExports(entry.whole, names, whole);
  }
}

/** Writes a module that exports names of another one. @param {string} file @param {readonly string[]} names @param {string} from */
export function writeExports(file, names, from) {
  mkdirSync(dirname(join(BUNDLE, file)), { recursive: true });
  writeFileSync(join(BUNDLE, file), `export{${names.join(',')}}from"${'../'.repeat(file.split('/').length - 1) || './'}${from}";\n`);
}

/** @returns the text of a module that exports all that the modules of dist export; a name that two export means the same */
export function allOf(exported) {
  const seen = new Set();
  const lines = [...exported].map(([file, exports]) => {
    const names = exports.map(([name]) => name).filter((name) => !seen.has(name));
    for (const name of names) seen.add(name);
    return `export { ${names.join(', ')} } from './${file}';`;
  });
  return { contents: lines.join('\n'), resolveDir: 'dist', sourcefile: ALL };
}

/** @returns {Promise<[string, unknown][]>} the names and values that a module of dist exports */
export async function exportsOf(asModules, file) {
  return await loaded((outfile) => build({ ...asModules, entryPoints: [`dist/${file}`], outfile, sourcemap: false }));
}

/** @returns {Promise<Map<unknown, { path: string, name: string }>>} the exports of other packages, by value */
async function exportsOfOthers(paths) {
  const found = new Map();
  for (const path of paths) {
    const exports = await loaded((outfile) => writeFileSync(outfile, `export * from '${path}';`));
    for (const [name, value] of exports) if (Object(value) === value) found.set(value, { path, name });
  }
  return found;
}

/** @param {(file: string) => unknown} write - writes a module, which is in the package for Node to find what it imports */
async function loaded(write) {
  mkdirSync(BUNDLE, { recursive: true });
  const file = resolve(BUNDLE, `loaded-${String(modules++)}.mjs`);
  await write(file);
  const exports = Object.entries(await import(pathToFileURL(file).href));
  rmSync(file);
  return exports;
}
let modules = 0;

/** @returns {Promise<string[]>} the modules that the code imports */
async function buildInside(asModules, exported) {
  const imported = new Set();
  await build({
    ...asModules,
    stdin: allOf(exported),
    outfile: join(BUNDLE, insideName()),
    format: 'cjs',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: `"use strict";module.exports=(function(give,moduleUrl){${OF_FOLDER}const module={exports:{}};` },
    footer: { js: 'return module.exports});' },
    external: [],
    plugins: [importedByCaller(imported)],
  });
  return [...imported];
}

/**
 * What the code imports it takes from its caller, Node's own modules aside.
 * @param {Set<string>} imported - gets the modules
 * @returns {import('esbuild').Plugin}
 */
const importedByCaller = (imported) => ({
  name: 'imported by the caller',
  setup(bundler) {
    bundler.onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      if (path === '#platform') return { path: resolve('dist/platform-node.js') };
      const isTaken = kind === 'import-statement' && /^(?:@heddle\/|node:)/.test(path);
      return isTaken ? { path, namespace: 'imported' } : { path, external: true };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'imported' }, ({ path }) => {
      const isOfNode = path.startsWith('node:');
      if (!isOfNode) imported.add(wholeOf(path));
      return { contents: isOfNode ? takenFrom(path, `require('${path}')`) : takenTwice(path, 'give') };
    });
    bundler.onLoad({ filter: /\.js$/, namespace: 'file' }, ({ path }) => ({ contents: forBothFolders(readFileSync(path, 'utf8')) }));
  },
});

/** Whether the caller is index.js of dist/bundle or index.cjs of dist/cjs. */
const OF_FOLDER = 'const heddleFolder=moduleUrl.includes("/dist/cjs/")?"cjs":"bundle",heddleExtension=heddleFolder==="cjs"?".cjs":".js";';

/** Makes what depends on the folder depend on the caller's: names of neighbours, and the folder whose frames are internal. */
function forBothFolders(text) {
  return text
    .replace(/'(\w+\/dist\/)bundle\/'/g, "('$1' + heddleFolder + '/')")
    .replace(/new URL\('\.\/([\w-]+)\.js', /g, "new URL('./$1' + heddleExtension, ");
}

/** A name of its own: it is copied beside an application's bundle, if a bundler took the stand-ins. */
function insideName() {
  return `${JSON.parse(readFileSync('package.json', 'utf8')).name.replace('@heddle/', 'heddle-')}-inside.cjs`;
}

/** The files that the package needs at run time, as tools that copy an application look for them. */
function filesBeside() {
  const workers = readdirSync('dist').flatMap((file) => (file.endsWith('-entry.js') ? [file.slice(0, -'-entry.js'.length)] : []));
  const own = workers.map((name) => insideName().replace('inside', name));
  const names = [insideName(), ...own, ...(workers.includes('worker') ? ['heddle-describe.cjs'] : [])];
  return names.map((name) => `new URL('./${name}', import.meta.url)`).join(', ');
}

/** @param {string} file @param {string} contents */
async function writeModule(asModules, file, contents) {
  const stdin = { contents, resolveDir: 'dist', sourcefile: file };
  const names = { keepNames: false, minify: false, minifySyntax: true, minifyWhitespace: true }; // functions keep their names without help
  await build({ ...asModules, ...names, stdin, outfile: join(BUNDLE, file), sourcemap: false });
}

/**
 * @param {readonly [string, unknown][]} exports
 * @param {string} url - of index.js, an expression
 * @param {readonly string[]} imported - the modules that the code imports
 * @param {ReadonlyMap<unknown, { path: string, name: string }>} others - exports of other packages, which are passed on as they are
 * @param {readonly string[]} atOnce - the exports of on-import.js
 * @returns {string} the text of a module of stand-ins
 */
function standIns(exports, url, imported, others, atOnce) {
  const lines = [
    "import { LazyPackage } from '@heddle/futures/all';",
    ...imported.map((path, index) => `import * as imported${index} from '${path}';`),
    `const files = () => [${filesBeside()}];`,
    `const code = new LazyPackage(${url}, '${insideName()}', files, { ${imported.map((path, index) => `'${path}': imported${index}`).join(', ')} });`,
  ];
  if (atOnce.length > 0) lines.push(`import { ${atOnce.join(', ')} } from './${ON_IMPORT}';`, 'onImport((name) => code.get(name));');
  for (const [name, value] of exports) {
    const other = others.get(value);
    if (atOnce.includes(name)) lines.push(`code.fn('${name}', ${name});`);
    else if (other !== undefined) lines.push(`import { ${other.name} as ${name} } from '${other.path}';`);
    else lines.push(standIn(name, value));
  }
  return `${lines.join('\n')}\nexport { ${exports.map(([name]) => name).join(', ')} };\n`;
}

function standIn(name, value) {
  if (Object(value) !== value) return `const ${name} = ${JSON.stringify(value)};`;
  if (!isPlainFunction(value)) return `const ${name} = code.value('${name}', ${String(typeof value === 'function')});`;
  return `let its_${name}; function ${name}(...values) { return (its_${name} ??= code.get('${name}'))(...values); } code.fn('${name}', ${name});`;
}

function isPlainFunction(value) {
  if (typeof value !== 'function' || /^class\b/.test(Function.prototype.toString.call(value))) return false;
  return Reflect.ownKeys(value).every((key) => ['name', 'length', 'prototype'].includes(String(key)));
}
