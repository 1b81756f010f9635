/**
 * The CommonJS twin of a package, in dist/cjs: what `require` finds. Each published module is translated for itself, so the two
 * folders have the same files, as .js and as .cjs. The declarations have no comments: an editor shows those of the ES modules, and the
 * tarball stays small.
 *
 * The files of workers are not translated, since they are CommonJS already. A module of dist/cjs starts the file in dist/bundle.
 * The code that is loaded later (lazy-package.mjs) is CommonJS, too, for both folders; whole.js is for bundlers only.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';
import ts from 'typescript';

const TARGET = 'dist/cjs';
/** The names of neighbours in what esbuild and TypeScript print. Text in between, such as an example, names none. */
const IMPORTS = /\b((?:require|import|new URL)\(\s*|(?:from|import) )(["'])(\.\.?\/[^"']*)\.js\2/g;

/**
 * Makes dist/cjs in a package's folder, anew.
 *
 * @param {string} from - the folder of the published modules: dist/bundle, or dist when the package is not bundled
 * @param {Record<string, unknown>} manifest - its package.json
 * @param {import('esbuild').TransformOptions} options - as for its ES modules
 */
export async function writeCommonJs(from, manifest, options) {
  rmSync(TARGET, { recursive: true, force: true });
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((each) => each.endsWith('.js') && !each.startsWith('whole')))
    write(file.replace(/\.js$/, '.cjs'), await translated(file, from, options));
  writeDeclarations(requiredFiles([manifest.exports, manifest.imports]));
}

/**
 * @param {string} file - relative to `from`
 * @param {string} from
 * @param {import('esbuild').TransformOptions} options
 */
async function translated(file, from, options) {
  const text = readFileSync(join(from, file), 'utf8');
  const { code } = await transform(text, {
    ...options,
    format: 'cjs',
    sourcefile: file,
    define: { 'import.meta.url': 'heddleModuleUrl' },
    banner: text.includes('import.meta.url') ? 'const heddleModuleUrl=require("node:url").pathToFileURL(__filename).href;' : '',
  });
  return inThisFolder(code, from);
}

/** Changes what depends on the folder: the names of neighbours, of the file of a worker, and of the folder whose frames are internal. */
function inThisFolder(code, from) {
  return code
    .replace(IMPORTS, '$1$2$3.cjs$2')
    .replace(/"\.\/([\w-]+\.cjs)"/g, (literal, name) => (existsSync(join(from, name)) ? `"../bundle/${name}"` : literal))
    .replace(/"(\w+\/dist\/)bundle\/"/g, '"$1cjs/"');
}

/** Writes the declarations with these names, and all that they import. @param {readonly string[]} names - files of dist/cjs */
function writeDeclarations(names) {
  const printer = ts.createPrinter({ removeComments: true });
  const files = new Set(names.filter((name) => name.endsWith('.d.cts')).map((name) => name.replace(/cts$/, 'ts')));
  for (const file of files) {
    const text = readFileSync(join('dist', file), 'utf8');
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith('.')) files.add(join(dirname(file), fileName.replace(/\.js$/, '.d.ts')));
    }
    const printed = printer.printFile(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
    write(file.replace(/ts$/, 'cts'), printed.replace(IMPORTS, '$1$2$3.cjs$2'));
  }
}

/**
 * The files of dist/cjs that a part of a package.json names, relative to it.
 * @param {unknown} conditions
 * @returns {string[]}
 */
function requiredFiles(conditions) {
  if (typeof conditions === 'string') return conditions.startsWith(`./${TARGET}/`) ? [conditions.slice(TARGET.length + 3)] : [];
  return Object.values(Object(conditions)).flatMap(requiredFiles);
}

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(dirname(join(TARGET, file)), { recursive: true });
  writeFileSync(join(TARGET, file), text);
}
