/*
 * Finds the module whose exports an object or function is, by identity: `const fs = require('fs')`, and the forms into which compilers turn
 * `import * as z from 'zod'`. They travel as the module's address, and the worker requires it.
 *
 *   the exports themselves                of a module of Node, or of an entry of `require.cache`
 *   { default: exports }                  __importDefault, _interop_require_default
 *   { ...exports, default: exports }      __importStar, _interop_require_wildcard, __toESM; a namespace from `import()`
 *   getters of all that is exported       __toESM of what a compiler made of an ES module
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { requireOfNode } from '../require-of-node.js';
import { isHolder, watchLoaded } from './loaded-modules.js';

/** The place of exports. */
export interface ModuleExports {
  /** `node:fs`, or the URL of a file. */
  readonly module: string;
  /** The object that a compiler puts around the exports. */
  readonly wrapper?: 'default' | 'namespace';
  /** True when a worker may be unable to load the file, or would get another object. Then a copy is better, if there can be one. */
  readonly isDoubtful: boolean;
}

/** An entry of `require.cache`. */
interface CacheEntry {
  readonly id: unknown;
  readonly exports: unknown;
  readonly loaded: unknown;
}

const found = new WeakMap<object, ModuleExports>();
/** Values that are no module's exports. */
const others = new WeakSet();

const collectLoaded = watchLoaded(builtinModules, collectBuiltin);
/** The files of `require.cache` at the last look, in the order in which they were added. */
let files: readonly string[] = [];
/** Files whose exports have their final value. */
const settled = new Set<string>();
/** Whether an entry had no final value at the last look. */
let isLoading = false;
/** How many functions are being encoded, one within the other. */
let depth = 0;
/** Whether the modules have been looked at since the outermost of them began. */
let isCollected = false;
/** Exports of modules that a compiler made from ES modules. */
const compiled: object[] = [];

/**
 * @returns the module whose exports a value is; `undefined` when there is none. Another call for the same object is a look-up in a WeakMap.
 */
export function moduleExports(value: object): ModuleExports | undefined {
  const known = found.get(value);
  if (known !== undefined || others.has(value)) return known;
  if (isData(value)) return undefined; // Programs create such data all the time, and a copy is as good.
  collect();
  const exports = found.get(value) ?? (types.isProxy(value) ? undefined : wrapped(value));
  if (exports === undefined) others.add(value);
  else found.set(value, exports);
  return exports;
}

function isData(value: object): boolean {
  if (typeof value === 'function' || types.isProxy(value)) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Reflect.ownKeys(value).every((key) => isPrimitive(value, key));
}

function isPrimitive(value: object, key: PropertyKey): boolean {
  const property = Object.getOwnPropertyDescriptor(value, key);
  return property !== undefined && 'value' in property && !isHolder(property.value);
}

/**
 * Calls a function that encodes. No module is loaded meanwhile, so the modules are looked at once: listing the files of `require.cache`
 * takes longer than all the rest, and nothing tells that there are new ones.
 */
export function withModules<T>(encode: () => T): T {
  if (depth++ === 0) isCollected = false;
  try {
    return encode();
  } finally {
    depth--;
  }
}

/** Looks only at modules that are new since the last call, since modules are loaded all the time. */
function collect(): void {
  if (depth > 0 && isCollected) return;
  isCollected = true;
  collectLoaded();
  const now = Object.keys(requireOfNode.cache);
  // A new entry is the last one, also when another has been deleted.
  const isSame = now.length === files.length && now.at(-1) === files.at(-1);
  files = now;
  if (isSame && !isLoading) return;
  isLoading = false;
  for (const file of files) if (!settled.has(file)) collectFile(file);
}

function collectBuiltin(name: string): void {
  const module = name.startsWith('node:') ? name : `node:${name}`;
  const exports: unknown = requireOfNode(module);
  if (isHolder(exports) && !found.has(exports)) found.set(exports, { module, isDoubtful: false });
}

function collectFile(file: string): void {
  const entry = requireOfNode.cache[file] as CacheEntry | undefined;
  if (entry === undefined) return;
  const { exports } = entry;
  // The program itself is not run again.
  const isMain = entry.id === '.' || file === process.argv[1];
  if (!isMain && entry.loaded !== true) {
    isLoading = true;
    if (isHolder(exports)) others.delete(exports);
    return;
  }
  settled.add(file);
  if (isMain || !isHolder(exports) || found.has(exports)) return;
  others.delete(exports);
  found.set(exports, { module: pathToFileURL(file).href, isDoubtful: isDoubtful(file, exports) });
  if (isCompiled(exports)) compiled.push(exports);
}

function isCompiled(exports: object): boolean {
  return !types.isProxy(exports) && Object.getOwnPropertyDescriptor(exports, '__esModule')?.value === true;
}

/**
 * Tells whether a loader other than Node's has loaded a file, or its exports are an instance of a class, such as a lock that threads share.
 */
function isDoubtful(file: string, exports: object): boolean {
  if (/[\\/]node_modules[\\/]/.test(file) || types.isModuleNamespaceObject(exports)) return false;
  if (types.isProxy(exports)) return true;
  const prototype: unknown = Object.getPrototypeOf(exports);
  if (typeof exports === 'object' && prototype !== null && Object.getPrototypeOf(prototype) !== null) return true;
  if (!['.js', '.cjs', '.json', '.node'].includes(extname(file))) return true;
  try {
    return extname(file) === '.js' && /^\s*(?:import\b(?!\s*\()|export\b)/m.test(readFileSync(file, 'utf8'));
  } catch {
    return true;
  }
}

function wrapped(value: object): ModuleExports | undefined {
  if (typeof value === 'function') return undefined;
  try {
    const inner: unknown = Object.getOwnPropertyDescriptor(value, 'default')?.value;
    const keys = Reflect.ownKeys(value).filter((key) => typeof key === 'string' && key !== 'default' && key !== 'module.exports');
    const exports = isHolder(inner) ? found.get(inner) : undefined;
    if (exports?.wrapper === undefined && exports !== undefined && mirrors(value, inner as object, keys)) {
      return { ...exports, wrapper: keys.length === 0 && !types.isModuleNamespaceObject(value) ? 'default' : 'namespace' };
    }
    const original = areGetters(value, keys) ? compiled.find((each) => mirrors(value, each, Reflect.ownKeys(value))) : undefined;
    return original === undefined ? undefined : found.get(original);
  } catch {
    return undefined; // A getter, or a namespace whose module is not loaded yet.
  }
}

/** Tells whether an object has the same value as the exports for each name. */
function mirrors(value: object, exports: object, keys: readonly PropertyKey[]): boolean {
  if (types.isProxy(exports)) return keys.length === 0;
  return keys.every(
    (key) => key === '__esModule' || (key in exports && (isHidden(exports, key) || Reflect.get(value, key) === Reflect.get(exports, key))),
  );
}

/** Tells whether a name is one that Node hides, since it is deprecated: reading `crypto.fips` makes Node 26 warn. */
function isHidden(exports: object, key: PropertyKey): boolean {
  const property = Object.getOwnPropertyDescriptor(exports, key);
  return property?.get !== undefined && property.enumerable === false;
}

function areGetters(value: object, keys: readonly PropertyKey[]): boolean {
  const getters = keys.filter((key) => key !== '__esModule');
  return getters.length > 0 && getters.every((key) => Object.getOwnPropertyDescriptor(value, key)?.get !== undefined);
}
