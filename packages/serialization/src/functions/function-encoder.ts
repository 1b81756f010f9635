/**
 * What encodes functions inside values. A worker's one file doesn't have it, since it brings a parser along and a worker
 * should start fast; loading the whole package puts it here, for all copies of the package in this realm.
 */
import type { ClassReference } from '../classes/class-registry.js';
import { Refusal } from '../values/refusal.js';
import { shared } from '../values/shared.js';
import type { AnyFunction, FunctionDescriptor } from './function-descriptor.js';

/** See encode-function.ts. */
export type EncodeFunction = (
  fn: AnyFunction,
  encode: (value: unknown) => unknown,
  register: (record: object, of?: AnyFunction) => void,
) => object;

const installed = shared('functionEncoder', () => ({ encode: undefined as EncodeFunction | undefined }));

export function installFunctionEncoder(encode: EncodeFunction): void {
  installed.encode ??= encode;
}

/**
 * A class that imports something, as an entry of its message's list: a class is made at once, so what it imports is loaded before.
 *
 * @param record - what {@link EncodeFunction} made
 */
export function importingClass(record: object): ClassReference | undefined {
  const { descriptor: text } = record as { readonly descriptor?: FunctionDescriptor };
  if (text?.kind !== 'source' || text.imports.length === 0 || !text.source.startsWith('class')) return undefined;
  return { id: text.id, name: text.name, module: undefined, isCoded: false, text };
}

/** @throws Refusal when there is none here */
export function functionEncoder({ name }: AnyFunction): EncodeFunction {
  if (installed.encode !== undefined) return installed.encode;
  throw new Refusal(
    `a function${name === '' ? '' : ` (${name})`} can't travel from here; import '@heddle/serialization' in the task first, or return the data it needs`,
  );
}
