/**
 * Finds the places of functions of Node's own modules: `basename` of `node:path`, `Buffer.from`. Such functions use internals of Node, so
 * their text can't run elsewhere. Their place is the same in every process.
 */
import { isBuiltin } from 'node:module';

import { requireOfNode } from '../require-of-node.js';
import type { AnyFunction } from './function-descriptor.js';
import { isHolder, tellsLoaded, watchLoaded } from './loaded-modules.js';

/** A function of one of Node's modules. */
export interface BuiltinPath {
  readonly module: string;
  /** The keys that lead to it from the module's exports. */
  readonly path: readonly string[];
}

/** The modules whose functions are worth passing around; loading one of them has no effects. */
const MODULES = [
  'path',
  'path/posix',
  'path/win32',
  'url',
  'util',
  'util/types',
  'querystring',
  'buffer',
  'string_decoder',
  'events',
  'timers',
  'timers/promises',
  'os',
  'fs',
  'fs/promises',
  'assert',
  'assert/strict',
  'crypto',
  'zlib',
  'stream',
  'stream/promises',
  'perf_hooks',
  'async_hooks',
  'v8',
  'vm',
  'module',
  'worker_threads',
  'child_process',
  'net',
  'http',
  'https',
  'dns',
  'dns/promises',
  'readline',
];

const found = new Map<unknown, BuiltinPath>();
const collectLoaded = watchLoaded(MODULES, collect);

/** Whether all modules were loaded, in a runtime that does not tell which ones are. */
let areAllLoaded = false;

/**
 * Finds a function among the exports of Node's modules that are loaded.
 *
 * @param loadsAll - whether to load all of {@link MODULES}, where the runtime does not tell which ones are loaded: 20 ms in Bun and Deno
 */
export function builtinPath(fn: AnyFunction, loadsAll: boolean): BuiltinPath | undefined {
  collectLoaded();
  if (loadsAll && !tellsLoaded && !areAllLoaded) {
    areAllLoaded = true;
    for (const name of MODULES) collect(name);
  }
  return found.get(fn);
}

/** @returns the value at a path in this process */
export function atBuiltinPath({ module, path }: BuiltinPath): unknown {
  let value: unknown = isBuiltin(module) ? requireOfNode(module) : undefined;
  for (const key of path) value = isHolder(value) ? ownValue(value, key) : undefined;
  return value;
}

function collect(name: string): void {
  const module = `node:${name}`;
  const exports: unknown = requireOfNode(module);
  if (typeof exports === 'function') add(exports, { module, path: [] });
  if (!isHolder(exports)) return;
  for (const key of Object.getOwnPropertyNames(exports)) {
    const value = ownValue(exports, key);
    if (typeof value === 'function') add(value, { module, path: [key] });
    if (!isHolder(value)) continue;
    // Static functions of a class, and the halves of a module: path.posix.
    for (const inner of Object.getOwnPropertyNames(value)) {
      const each = ownValue(value, inner);
      if (typeof each === 'function') add(each, { module, path: [key, inner] });
    }
  }
}

function add(fn: unknown, path: BuiltinPath): void {
  if (!found.has(fn)) found.set(fn, path);
}

/** Calls no getter: some getters warn, others load modules that nobody asked for. */
function ownValue(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}
