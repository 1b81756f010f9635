/*
 * Encodes a function inside a value, as a record with its description and the variables that it captures:
 *
 *   { [marker]: 'function', descriptor, captures }      with its captures, by the same rules again
 *   { [marker]: 'global', path }                        a function that every realm has: Math.max, Object.keys, ...
 *   { [marker]: 'global', path, module }                a function of a module of Node: path.basename, ...
 *   { [marker]: 'global', path: [], module, wrapper }   all that a module exports: see module-exports.ts
 *   { [marker]: 'per worker', id, create }              a function of perWorker, with the function that makes the object
 */
import { isHeddleError } from '@heddle/futures/errors';
import { isCallback } from '../caller-objects/callback.js';
import { installClassEncoder } from '../classes/class-code.js';
import { isRegistered } from '../classes/class-registry.js';
import { encodeMembers } from '../classes/encode-members.js';
import { knowModule } from '../classes/known-modules.js';
import { encodeValue } from '../values/encode.js';
import { marker } from '../values/marker.js';
import { Refusal, isRefusal } from '../values/refusal.js';
import { CaptureReader, captureKey } from './capture.js';
import { closureOf } from './closure.js';
import { describeToEncode } from './describe-function.js';
import type { AnyFunction, FunctionDescriptor, FunctionPlace, FunctionSource } from './function-descriptor.js';
import { installFunctionEncoder } from './function-encoder.js';
import type { FunctionRecord, GlobalRecord, PerWorkerRecord } from './function-record.js';
import { referenceOf, registerReference } from './function-reference.js';
import { globalObjectPath } from './global-path.js';
import { processInspector } from './inspect-function.js';
import { moduleExports, withModules } from './module-exports.js';
import { ownExport } from './own-exports.js';
import { perWorkerOf, type PerWorker } from './per-worker.js';
import { isViteName } from './vite-names.js';

const captures = new CaptureReader(processInspector);

/**
 * Encodes a function.
 *
 * @param encode - encodes a captured value; a Refusal that it throws gets the variable's name
 * @param register - called with the record before anything below it is encoded, since functions may call each other. When `closure()` named
 *   `this`, the record stands for the inner arrow function (`of`) too, since its `this` may hold that function
 */
export function encodeFunction(
  fn: AnyFunction,
  encode: (value: unknown) => unknown,
  register: (record: object, of?: AnyFunction) => void,
): object {
  const made = perWorkerOf(fn);
  if (made !== undefined) return encodePerWorker(made, encode, register);
  const descriptor = describe(fn);
  if (descriptor.kind === 'global') {
    const record = globalRecord(descriptor);
    register(record);
    return record;
  }
  const bound = closureOf(fn);
  const record: FunctionRecord = { [marker]: 'function', descriptor, captures: {} };
  register(record, bound?.captures.has('this') === true ? bound.fn : undefined);
  if (descriptor.kind === 'reference') return record;
  withModules(() => encodeCaptures(fn, descriptor, record.captures, encode));
  const members = encodeMembers(bound?.fn ?? fn, encode);
  if (members !== undefined) record.members = members;
  return record;
}

function encodePerWorker({ id, create }: PerWorker, encode: (value: unknown) => unknown, register: (record: object) => void): object {
  const record: PerWorkerRecord = { [marker]: 'per worker', id, create: undefined };
  register(record);
  try {
    record.create = encode(create);
  } catch (problem) {
    if (isRefusal(problem)) problem.keys.push(' (the function given to perWorker)');
    throw problem;
  }
  return record;
}

function encodeCaptures(fn: AnyFunction, descriptor: FunctionSource, into: object, encode: (value: unknown) => unknown): void {
  for (const [name, value] of captures.read(fn, descriptor)) {
    let encoded: unknown;
    try {
      encoded = encodeCaptured(value, encode);
    } catch (problem) {
      if (!isRefusal(problem)) throw problem;
      const refusal = isViteName(name) ? ofVite(problem) : problem;
      refusal.keys.push(captureKey(name, descriptor));
      throw refusal;
    }
    Object.defineProperty(into, name, { value: encoded, enumerable: true, configurable: true, writable: true });
  }
}

/**
 * Encodes a captured value. It may be a global of every realm, `const { performance } = globalThis`, or the exports of a module,
 * `const fs = require('fs')`.
 */
function encodeCaptured(value: unknown, encode: (value: unknown) => unknown): unknown {
  if (typeof value === 'function' ? travelsByName(value as AnyFunction) : typeof value !== 'object' || value === null) return encode(value);
  const path = typeof value === 'object' ? globalObjectPath(value as object) : undefined;
  if (path !== undefined) return globalRecord({ path, module: undefined });
  const exports = moduleExports(value as object);
  if (exports === undefined || (exports.isDoubtful && canBeCopied(value as object))) return encode(value);
  const { module, wrapper } = exports;
  knowModule(module);
  return { [marker]: 'global', path: [], module, ...(wrapper === undefined ? {} : { wrapper }) } satisfies GlobalRecord;
}

/** Explains that the imports of a module which only Vite can load have to be copied. */
function ofVite({ reason, keys }: Refusal): Refusal {
  const where = keys.length === 0 ? '' : `${[...keys].reverse().join('')}: `;
  return new Refusal(
    `Vite (or Vitest) made it of an import that a worker can't repeat, and it can't be copied (${where}${reason}); ` +
      'pass what the function needs as an argument, or put it in a module of JavaScript and mark it with task(import.meta.url, fn)',
  );
}

/** Tells whether a function is registered or marked, which decides how it travels. */
function travelsByName(fn: AnyFunction): boolean {
  return (
    isCallback(fn) || perWorkerOf(fn) !== undefined || closureOf(fn) !== undefined || referenceOf(fn) !== undefined || isRegistered(fn)
  );
}

/** Tells whether exports can be copied, which is tried once; `undefined` during the try. */
const copyable = new WeakMap<object, boolean | undefined>();

function canBeCopied(exports: object): boolean {
  if (copyable.has(exports)) return copyable.get(exports) ?? true;
  copyable.set(exports, undefined);
  let can = true;
  try {
    encodeValue(exports, 'captured', false, 'thread');
  } catch {
    can = false;
  }
  copyable.set(exports, can);
  return can;
}

function globalRecord({ path, module }: Pick<FunctionPlace, 'path' | 'module'>): GlobalRecord {
  return module === undefined ? { [marker]: 'global', path } : { [marker]: 'global', path, module };
}

installFunctionEncoder(encodeFunction);
installClassEncoder((code, destination) => encodeValue<unknown>(code, 'class', false, destination).value);

function describe(fn: AnyFunction): FunctionDescriptor {
  const own = ownExport(fn);
  if (own !== undefined) registerReference(fn, own.specifier, own.name);
  try {
    return describeToEncode(fn, true);
  } catch (problem) {
    throw isHeddleError(problem) ? new Refusal(problem.message, problem.cause) : problem;
  }
}
