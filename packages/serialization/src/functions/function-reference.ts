/**
 * The registry of functions that travel by reference.
 *
 * Keys are held weakly: a reference lives as long as its function.
 */
import { standInOf } from '@heddle/futures/errors';

import { shared } from '../values/shared.js';
import type { AnyFunction, FunctionReference } from './function-descriptor.js';

const references = shared('functionReferences', () => new WeakMap<AnyFunction, FunctionReference>());

/** Registers `fn` as the export `name` of `module`; the last registration counts. */
export function registerReference(fn: AnyFunction, module: string, name: string): void {
  references.set(fn, Object.freeze({ kind: 'reference', id: `${module}#${name}`, module, name }));
}

/** @returns the reference under which `fn` was registered, or the one that Heddle's own exports have; `undefined` for any other function */
export function referenceOf(fn: AnyFunction): FunctionReference | undefined {
  const known = references.get(fn);
  if (known !== undefined) return known;
  const standIn = standInOf(fn);
  if (standIn === undefined) return undefined;
  registerReference(fn, standIn.module, standIn.name);
  return references.get(fn);
}
