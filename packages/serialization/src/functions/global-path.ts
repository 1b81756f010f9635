/**
 * Where functions that every realm has are found: `Math.max`, `Object.keys`, `Array.prototype.slice`. Their code is native
 * and can't travel; their name can.
 */
import { constructorName } from '../values/constructor-name.js';
import { ECMASCRIPT_GLOBALS, WORKER_GLOBALS } from '../values/worker-globals.js';

let paths: Map<unknown, readonly string[]> | undefined;

/** The path from the global object to a function, or to an object that holds some, as `Math`; `undefined`: it isn't one. */
export function globalPath(value: unknown): readonly string[] | undefined {
  paths ??= collect();
  return paths.get(value);
}

/** Globals behind getters, by the name of what they are an instance of. */
const byClass: ReadonlyMap<string, string> = new Map([
  ['process', 'process'],
  ['Performance', 'performance'],
  ['Crypto', 'crypto'],
  ['Navigator', 'navigator'],
]);
const getters: ReadonlySet<string> = new Set(byClass.values());

/** The path to an object that is a global in every realm, whatever it is held by. */
export function globalObjectPath(value: object): readonly string[] | undefined {
  const name = byClass.get(constructorName(value));
  // Asked only for what somebody has already: it is made when it is first looked at.
  if (name !== undefined && (globalThis as Record<string, unknown>)[name] === value) return [name];
  const path = globalPath(value);
  return path?.at(-1) === 'prototype' ? undefined : path;
}

/** What a path leads to in this realm. */
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
  // Not through getters: what is behind some of them is loaded when it is first looked at.
  for (const name of WORKER_GLOBALS) add(Object.getOwnPropertyDescriptor(globalThis, name)?.value, [name], 1);
  return found;
}
