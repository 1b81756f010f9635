/**
 * Finds the places of functions that every realm has: `Math.max`, `Object.keys`, `Array.prototype.slice`. Their code is native and can't
 * travel, but their name can.
 */
import { constructorName } from '../values/constructor-name.js';
import { ECMASCRIPT_GLOBALS, NEWER_GLOBALS, WORKER_GLOBALS } from '../values/worker-globals.js';
import { watchLoaded } from './loaded-modules.js';

/**
 * The globals that Node makes when they are first read, by the module that it loads for them. Even a look at their property descriptors
 * loads the module: that of `fetch` takes 20 ms. A program that holds one has loaded it. The test beside this file finds what is missing here.
 */
const LAZY_GLOBALS: Readonly<Record<string, string>> = {
  'internal/abort_controller': 'AbortController AbortSignal',
  'internal/crypto/webcrypto': 'Crypto CryptoKey SubtleCrypto',
  'internal/deps/undici/undici': 'CloseEvent ErrorEvent EventSource FormData Headers MessageEvent Request Response WebSocket',
  'internal/file': 'File',
  'internal/navigator': 'Navigator',
  'internal/webstorage': 'Storage',
  'internal/webstreams/compression': 'CompressionStream DecompressionStream',
  'internal/webstreams/encoding': 'TextDecoderStream TextEncoderStream',
  'internal/webstreams/queuingstrategies': 'ByteLengthQueuingStrategy CountQueuingStrategy',
  'internal/webstreams/readablestream':
    'ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultReader ' +
    'ReadableByteStreamController ReadableStreamDefaultController',
  'internal/webstreams/transformstream': 'TransformStream TransformStreamDefaultController',
  'internal/webstreams/writablestream': 'WritableStream WritableStreamDefaultController WritableStreamDefaultWriter',
  'internal/worker/io': 'BroadcastChannel MessageChannel MessagePort',
};
const lazyNames: ReadonlySet<string> = new Set(Object.values(LAZY_GLOBALS).flatMap((names) => names.split(' ')));

const paths = new Map<unknown, readonly string[]>();
const addLoaded = watchLoaded(Object.keys(LAZY_GLOBALS), (module) => {
  for (const name of (LAZY_GLOBALS[module] as string).split(' ')) add((globalThis as Record<string, unknown>)[name], [name], 1);
});

/** @returns the path from the global object to a function, or to an object that holds functions, such as `Math`; `undefined` otherwise */
export function globalPath(value: unknown): readonly string[] | undefined {
  if (paths.size === 0) addOthers();
  addLoaded();
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
  const isRead = lazyNames.has(first) || (path.length === 1 && getters.has(first));
  let value: unknown = isRead ? { [first]: (globalThis as Record<string, unknown>)[first] } : globalThis;
  for (const key of path) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}

function addOthers(): void {
  for (const name of ECMASCRIPT_GLOBALS) {
    const value = (globalThis as Record<string, unknown>)[name];
    add(value, [name], value === globalThis ? 0 : 1); // its properties are the globals
  }
  for (const name of [...WORKER_GLOBALS, ...NEWER_GLOBALS]) {
    // Calls no getters, since the first access to some of them loads modules.
    if (!lazyNames.has(name)) add(Object.getOwnPropertyDescriptor(globalThis, name)?.value, [name], 1);
  }
}

function add(value: unknown, path: readonly string[], depth: number): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || paths.has(value)) return;
  paths.set(value, path);
  if (depth === 0) return;
  for (const key of Object.getOwnPropertyNames(value)) {
    const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    const isPrototype = key === 'prototype';
    if (typeof inner === 'function' || isPrototype) add(inner, [...path, key], isPrototype ? 1 : depth - 1);
  }
}
