/** The files that Heddle needs at run time beside its modules, or their texts: see findOwnFile of `@heddle/futures`. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { findOwnFile } from '@heddle/futures/worker';
import { requireOfNode } from './require-of-node.js';

/** A file, or its text in a single executable application. */
export type OwnFile = { readonly path: string } | { readonly text: string };

/**
 * Finds one of Heddle's files, where `findOwnFile` looks for it, or among the assets of a single executable application.
 *
 * @param name - of the file: `heddle-threads-worker.cjs`
 * @param beside - returns `new URL('./NAME', import.meta.url)`, written there as bundlers know it
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when it is nowhere
 */
export function ownFile(name: string, beside: () => URL): OwnFile {
  const found = findOwnFile(name, beside, { existsSync, fileURLToPath, argv: process.argv, execPath: process.execPath });
  if ('path' in found) return found;
  const text = assetOf(name);
  if (text !== undefined) return { text };
  throw found.error;
}

/** Requires one of Heddle's files, a CommonJS module, and returns its exports. */
export function loadOwnFile(file: OwnFile): unknown {
  if ('path' in file) return requireOfNode(file.path);
  const module = { exports: {} };
  const wrapped = new Script(`(function (module, exports, require, __filename) {${file.text}\n})`, { filename: 'heddle' });
  (wrapped.runInThisContext() as (...names: unknown[]) => void)(module, module.exports, requireOfNode, process.execPath);
  return module.exports;
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
