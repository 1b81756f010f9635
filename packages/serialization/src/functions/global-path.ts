/**
 * Finds the places of functions that every realm has: `Math.max`, `Object.keys`, `Array.prototype.slice`. Their code is native and can't
 * travel, but their name can.
 */
import { constructorName } from '../values/constructor-name.js';
import { ECMASCRIPT_GLOBALS, WORKER_GLOBALS } from '../values/worker-globals.js';

let paths: Map<unknown, readonly string[]> | undefined;

/** @returns the path from the global object to a function, or to an object that holds functions, such as `Math`; `undefined` otherwise */
export function globalPath(value: unknown): readonly string[] | undefined {
  paths ??= collect();
  return paths.get(value);
}

/** Globals behind getters, by the names of their classes. */
const byClass: ReadonlyMap<string, string> = new Map([
  ['process', 'process'],
  ['Performance', 'performance'],
  ['Crypto', 'crypto'],
  ['Navigator', 'navigator'],
]);
const getters: ReadonlySet<string> = new Set(byClass.values());

/** @returns the path to an object that is a global in every realm, whichever variable holds it */
export function globalObjectPath(value: object): readonly string[] | undefined {
  const name = byClass.get(constructorName(value));
  // Reads the global only for a value that exists already, since the first access creates it.
  if (name !== undefined && (globalThis as Record<string, unknown>)[name] === value) return [name];
  const path = globalPath(value);
  return path?.at(-1) === 'prototype' ? undefined : path;
}

/** @returns the value at a path in this realm */
export function atGlobalPath(path: readonly string[]): unknown {
  const [first = ''] = path;
  let value: unknown = getters.has(first) && path.length === 1 ? { [first]: (globalThis as Record<string, unknown>)[first] } : globalThis;
  for (const key of path) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}

function collect(): Map<unknown, readonly string[]> {
  const found = new Map<unknown, readonly string[]>();
  const add = (value: unknown, path: readonly string[], depth: number): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || found.has(value)) return;
    found.set(value, path);
    if (depth === 0) return;
    for (const key of Object.getOwnPropertyNames(value)) {
      const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
      const isPrototype = key === 'prototype';
      if (typeof inner === 'function' || isPrototype) add(inner, [...path, key], isPrototype ? 1 : depth - 1);
    }
  };
  for (const name of ECMASCRIPT_GLOBALS) add((globalThis as Record<string, unknown>)[name], [name], 1);
  // Calls no getters, since the first access to some of them loads modules.
  for (const name of WORKER_GLOBALS) add(Object.getOwnPropertyDescriptor(globalThis, name)?.value, [name], 1);
  return found;
}
