/**
 * How a function travels inside a value: as a record with its description and the variables it captures.
 *
 *   { [marker]: 'function', descriptor, captures }      with its captures, by the same rules again
 *   { [marker]: 'global', path }                        one that every realm has: Math.max, Object.keys, ...
 *   { [marker]: 'global', path, module }                one of a module of Node's: path.basename, ...
 */
import { isHeddleError } from '@heddle/futures/errors';
import { builtinPath, type BuiltinPath } from './builtin-path.js';
import { CaptureReader, captureKey } from './capture.js';
import { closureOf } from './closure.js';
import { describeFunction } from './describe-function.js';
import { marker } from './marker.js';
import type { AnyFunction, FunctionDescriptor } from './function-descriptor.js';
import { installFunctionEncoder } from './function-encoder.js';
import { encodeMembers, type FunctionMembers } from './function-members.js';
import { globalPath } from './global-path.js';
import { processInspector } from './inspect-function.js';
import { Refusal, isRefusal } from './refusal.js';

/** A function on the wire. */
export interface FunctionRecord {
  readonly [marker]: 'function';
  /** An id alone: the receiver has it already. */
  descriptor: FunctionDescriptor | string;
  readonly captures: Record<string, unknown>;
  /** Of a class that is a function. */
  members?: FunctionMembers;
}

/** Something that every realm has, on the wire. */
export interface GlobalRecord {
  readonly [marker]: 'global';
  readonly path: readonly string[];
  /** From whose exports the path leads; from the global object without. */
  readonly module?: string;
}

const captures = new CaptureReader(processInspector);

/**
 * Encodes a function.
 *
 * @param encode - encodes a captured value; a Refusal it throws gets the variable's name
 * @param register - told of the record before anything below is encoded: functions may call each other. It stands for `of`
 *   too: what `this` holds is the arrow function itself, of which `fn` says what its `this` is
 */
export function encodeFunction(fn: AnyFunction, encode: (value: unknown) => unknown, register: (record: object, of?: AnyFunction) => void): object {
  const path = globalPath(fn);
  if (path !== undefined) {
    const record: GlobalRecord = { [marker]: 'global', path };
    register(record);
    return record;
  }
  const descriptor = describe(closureOf(fn)?.fn ?? fn);
  if ('path' in descriptor) {
    const record: GlobalRecord = { [marker]: 'global', ...descriptor };
    register(record);
    return record;
  }
  const record: FunctionRecord = { [marker]: 'function', descriptor, captures: {} };
  register(record, closureOf(fn)?.captures.has('this') === true ? closureOf(fn)?.fn : undefined);
  if (descriptor.kind === 'reference') return record;
  for (const [name, value] of captures.read(fn, descriptor)) {
    let encoded: unknown;
    try {
      encoded = encode(value);
    } catch (problem) {
      if (isRefusal(problem)) problem.keys.push(captureKey(name, descriptor));
      throw problem;
    }
    Object.defineProperty(record.captures, name, { value: encoded, enumerable: true, configurable: true, writable: true });
  }
  const members = encodeMembers(closureOf(fn)?.fn ?? fn, encode);
  if (members !== undefined) record.members = members;
  return record;
}

installFunctionEncoder(encodeFunction);

function describe(fn: AnyFunction): FunctionDescriptor | BuiltinPath {
  let descriptor: FunctionDescriptor;
  try {
    descriptor = describeFunction(fn, true);
  } catch (problem) {
    const builtin = builtinPath(fn);
    if (builtin !== undefined) return builtin;
    throw isHeddleError(problem) ? new Refusal(problem.message, problem.cause) : problem;
  }
  const url = descriptor.kind === 'source' ? descriptor.url : undefined;
  return (url?.startsWith('node:') === true ? builtinPath(fn, url) : undefined) ?? descriptor;
}
