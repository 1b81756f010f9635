/**
 * The files that Heddle needs at run time beside its modules: the code of packages (lazy-package.ts), the programs of workers, the parser.
 * The build makes them, each of one piece and with a name of its own, so that an application that is bundled with Heddle inside can have
 * them beside its own file: see docs/guides/bundlers.md.
 */
import type * as NodeFs from 'node:fs';
import type * as NodeUrl from 'node:url';
import type * as NodeVm from 'node:vm';

import { nodeModule, programFile, requireOfNode } from '#platform';
import { InvalidStateError } from '../errors/errors.js';

/** A file, or its text in a single executable application. */
export type OwnFile = { readonly path: string } | { readonly text: string };

/**
 * Finds one of Heddle's files. It is beside the module that asks. When Heddle is part of an application's bundle, it is beside the file of
 * the bundle, or beside the program's main file or single executable, or an asset of the executable. It is looked for each time, since files
 * can be deleted.
 *
 * @param name - of the file: `heddle-threads-worker.cjs`
 * @param beside - returns `new URL('./NAME', import.meta.url)`, written there as bundlers know it
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when it is nowhere
 */
export function ownFile(name: string, beside: () => URL): OwnFile {
  const { existsSync } = nodeModule('node:fs') as typeof NodeFs;
  const places = placesOf(name, beside);
  const path = places.find((each) => existsSync(each));
  if (path !== undefined) return { path };
  const text = assetOf(name);
  if (text !== undefined) return { text };
  throw new InvalidStateError(
    `${name} is missing; looked for it at ${places.join(' and ')}. An application that is bundled with Heddle inside needs Heddle's files beside its own: ` +
      'run npx heddle-files FOLDER after the build, or leave heddle out of the bundle (docs/guides/bundlers.md)',
  );
}

/** Requires one of Heddle's files, a CommonJS module, and returns its exports. */
export function loadOwnFile(file: OwnFile): unknown {
  const require = requireOfNode();
  if ('path' in file) return require(file.path);
  const { Script } = nodeModule('node:vm') as typeof NodeVm;
  const module = { exports: {} };
  const wrapped = new Script(`(function (module, exports, require, __filename) {${file.text}\n})`, { filename: 'heddle' });
  (wrapped.runInThisContext() as (...names: unknown[]) => void)(module, module.exports, require, process.execPath);
  return module.exports;
}

function placesOf(name: string, beside: () => URL): string[] {
  const places: string[] = [];
  try {
    const path = pathOf(beside());
    // The modules of dist/cjs use the files in dist/bundle.
    places.push(path, path.replace(/([\\/]dist[\\/])cjs(?=[\\/][^\\/]*$)/, '$1bundle'));
  } catch {
    // A bundle of CommonJS has no import.meta.url, or not that of a file.
  }
  const program = programFile();
  if (program !== undefined) places.push(program.replace(/[^\\/]*$/, name));
  return [...new Set(places)];
}

/** ncc puts a path where the module has a URL. */
function pathOf(place: URL | string): string {
  return typeof place === 'string' ? place : (nodeModule('node:url') as typeof NodeUrl).fileURLToPath(place);
}

/** The text of an asset of the single executable application, if this is one. */
function assetOf(name: string): string | undefined {
  try {
    const sea = requireOfNode()('node:sea') as { isSea(): boolean; getAsset(key: string, encoding: string): string };
    return sea.isSea() ? sea.getAsset(name, 'utf8') : undefined;
  } catch {
    return undefined; // not every runtime has the module, and not every application the asset
  }
}
