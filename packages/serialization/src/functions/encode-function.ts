/*
 * How a function travels inside a value: as a record with its description and the variables it captures.
 *
 *   { [marker]: 'function', descriptor, captures }      with its captures, by the same rules again
 *   { [marker]: 'global', path }                        a function that every realm has: Math.max, Object.keys, ...
 *   { [marker]: 'global', path, module }                a function of a module of Node: path.basename, ...
 */
import { isHeddleError } from '@heddle/futures/errors';
import { installClassEncoder } from '../classes/class-code.js';
import { encodeMembers } from '../classes/encode-members.js';
import { encodeValue } from '../values/encode.js';
import { marker } from '../values/marker.js';
import { Refusal, isRefusal } from '../values/refusal.js';
import { CaptureReader, captureKey } from './capture.js';
import { closureOf } from './closure.js';
import { describeToEncode } from './describe-function.js';
import type { AnyFunction, FunctionDescriptor, FunctionPlace } from './function-descriptor.js';
import { installFunctionEncoder } from './function-encoder.js';
import type { FunctionRecord, GlobalRecord } from './function-record.js';
import { globalObjectPath } from './global-path.js';
import { processInspector } from './inspect-function.js';

const captures = new CaptureReader(processInspector);

/**
 * Encodes a function.
 *
 * @param encode - encodes a captured value; a Refusal it throws gets the variable's name
 * @param register - told of the record before anything below is encoded: functions may call each other. It stands for `of`
 *   too: what `this` holds is the arrow function itself, of which `fn` says what its `this` is
 */
export function encodeFunction(
  fn: AnyFunction,
  encode: (value: unknown) => unknown,
  register: (record: object, of?: AnyFunction) => void,
): object {
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
  for (const [name, value] of captures.read(fn, descriptor)) {
    let encoded: unknown;
    try {
      encoded = encodeCaptured(value, encode);
    } catch (problem) {
      if (isRefusal(problem)) problem.keys.push(captureKey(name, descriptor));
      throw problem;
    }
    Object.defineProperty(record.captures, name, { value: encoded, enumerable: true, configurable: true, writable: true });
  }
  const members = encodeMembers(bound?.fn ?? fn, encode);
  if (members !== undefined) record.members = members;
  return record;
}

/** A variable may hold what is a global in every realm: `const { performance } = globalThis`. */
function encodeCaptured(value: unknown, encode: (value: unknown) => unknown): unknown {
  const path = typeof value === 'object' && value !== null ? globalObjectPath(value) : undefined;
  return path === undefined ? encode(value) : globalRecord({ path, module: undefined });
}

function globalRecord({ path, module }: Pick<FunctionPlace, 'path' | 'module'>): GlobalRecord {
  return module === undefined ? { [marker]: 'global', path } : { [marker]: 'global', path, module };
}

installFunctionEncoder(encodeFunction);
installClassEncoder((code, destination) => encodeValue<unknown>(code, 'class', false, destination).value);

function describe(fn: AnyFunction): FunctionDescriptor {
  try {
    return describeToEncode(fn, true);
  } catch (problem) {
    throw isHeddleError(problem) ? new Refusal(problem.message, problem.cause) : problem;
  }
}
