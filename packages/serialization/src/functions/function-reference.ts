/**
 * The registry of functions that travel by reference, and what counts as a module's address.
 *
 * Keys are held weakly: a reference lives as long as its function.
 */
import { shared } from '../values/shared.js';
import type { AnyFunction, FunctionReference } from './function-descriptor.js';

const references = shared('functionReferences', () => new WeakMap<AnyFunction, FunctionReference>());

/** Makes `fn` known as the export `name` of `module`; the last registration stands. */
export function registerReference(fn: AnyFunction, module: string, name: string): void {
  references.set(fn, Object.freeze({ kind: 'reference', id: `${module}#${name}`, module, name }));
}

/** The reference `fn` was registered under, if it was. */
export function referenceOf(fn: AnyFunction): FunctionReference | undefined {
  return references.get(fn);
}
