/**
 * The files that Heddle reads at run time beside its modules: the programs of workers, the parser. An application that is bundled with
 * Heddle inside needs them beside its bundle.
 *
 * @packageDocumentation
 */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const owners = ['coroutines', 'engine', 'pool', 'processes', 'serialization', 'sync', 'threads'].map((name) => `@heddle/${name}`);
/** Those that an application may have besides. */
const others = ['@heddle/tinypool'];

/**
 * Returns the paths of Heddle's files, for a build script that copies them its own way, or makes them assets of a single executable
 * application under their names.
 *
 * @example
 * ```ts
 * import { heddleFiles } from 'heddle/files';
 *
 * for (const path of heddleFiles()) console.log(path); // .../heddle-threads-worker.cjs, ...
 * ```
 */
export function heddleFiles(): string[] {
  const require = createRequire(import.meta.url);
  const files = new Map<string, string>();
  for (const owner of [...owners, ...others.filter((each) => isInstalled(require, each))]) {
    const folder = join(dirname(require.resolve(`${owner}/package.json`)), 'dist/bundle');
    for (const name of readdirSync(folder)) if (/^heddle-.*\.cjs$/.test(name)) files.set(name, join(folder, name));
  }
  return [...files.values()];
}

/**
 * Copies Heddle's files into a folder, which it makes if it is not there. They belong beside the file of the bundle, or beside the main
 * file of the program. `npx heddle-files FOLDER` does the same.
 *
 * @param folder - a path, or a URL of a file
 * @returns the paths of the copies
 * @throws the errors of `node:fs`
 * @example
 * ```ts
 * import { copyHeddleFiles } from 'heddle/files';
 *
 * // await esbuild.build({ entryPoints: ['src/app.ts'], bundle: true, platform: 'node', format: 'esm', outdir: 'dist' });
 * copyHeddleFiles('dist');
 * ```
 */
export function copyHeddleFiles(folder: string | URL): string[] {
  const to = typeof folder === 'string' ? folder : fileURLToPath(folder);
  mkdirSync(to, { recursive: true });
  return heddleFiles().map((path) => {
    const copy = join(to, basename(path));
    copyFileSync(path, copy);
    return copy;
  });
}

function isInstalled(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
