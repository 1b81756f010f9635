/**
 * The files that Heddle needs at run time beside its modules: the programs of workers, the parser. The build makes them, each of one
 * piece and with a name of its own, so that an application that is bundled with Heddle inside can have them beside its own file:
 * see docs/guides/bundlers.md.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { InvalidStateError } from '@heddle/futures/errors';
import { requireOfNode } from './require-of-node.js';

/** A file, or its text in a single executable application. */
export type OwnFile = { readonly path: string } | { readonly text: string };

/** Paths that were found. They are looked at again each time, since files can be deleted. */
const found = new Map<string, string>();

/**
 * Finds one of Heddle's files. It is beside the module that asks. When Heddle is part of an application's bundle, it is beside the file of
 * the bundle, or beside the program's main file or single executable, or an asset of the executable.
 *
 * @param name - of the file: `heddle-threads-worker.cjs`
 * @param beside - returns `new URL('./NAME', import.meta.url)`, written there as bundlers know it
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when it is nowhere
 */
export function ownFile(name: string, beside: () => URL): OwnFile {
  const known = found.get(name);
  if (known !== undefined && existsSync(known)) return { path: known };
  const places = placesOf(name, beside);
  const path = places.find((each) => existsSync(each));
  if (path !== undefined) {
    found.set(name, path);
    return { path };
  }
  const text = assetOf(name);
  if (text !== undefined) return { text };
  throw new InvalidStateError(
    `${name} is missing; looked for it at ${places.join(' and ')}. An application that is bundled with Heddle inside needs Heddle's files beside its own: ` +
      'run npx heddle-files FOLDER after the build, or leave heddle out of the bundle (docs/guides/bundlers.md)',
  );
}

/** Requires one of Heddle's files, a CommonJS module, and returns its exports. */
export function loadOwnFile(file: OwnFile): unknown {
  if ('path' in file) return requireOfNode(file.path);
  const module = { exports: {} };
  const wrapped = new Script(`(function (module, exports, require, __filename) {${file.text}\n})`, { filename: 'heddle' });
  (wrapped.runInThisContext() as (...names: unknown[]) => void)(module, module.exports, requireOfNode, process.execPath);
  return module.exports;
}

function placesOf(name: string, beside: () => URL): string[] {
  const places: string[] = [];
  try {
    places.push(fileURLToPath(beside()));
  } catch {
    // A bundle of CommonJS has no import.meta.url, or not that of a file.
  }
  const [, main] = process.argv;
  // In an executable that Bun has made, the main file has a path inside of it.
  const program = main !== undefined && /\$bunfs|~BUN/.test(main) ? process.execPath : main;
  if (program !== undefined) places.push(join(dirname(program), name));
  return [...new Set(places)];
}

/** The text of an asset of the single executable application, if this is one. */
function assetOf(name: string): string | undefined {
  try {
    const sea = requireOfNode('node:sea') as { isSea(): boolean; getAsset(key: string, encoding: string): string };
    return sea.isSea() ? sea.getAsset(name, 'utf8') : undefined;
  } catch {
    return undefined; // not every runtime has the module, and not every application the asset
  }
}
