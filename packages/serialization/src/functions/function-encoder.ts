/**
 * The installed encoder of functions inside values. A worker's bundle has none, since the encoder needs a parser and a worker has to start
 * fast. Loading the whole package installs it, for all copies of the package in this realm.
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

const installed = shared('functionEncoder', () => ({
  encode: undefined as EncodeFunction | undefined,
  /** Loads the code that installs the encoder. */
  load: undefined as (() => void) | undefined,
}));

/** Tells how the encoder is installed when it is first needed. */
export function provideFunctionEncoder(load: () => void): void {
  installed.load ??= load;
}

/** Installs the encoder, if it was provided and is not there yet. */
export function ensureFunctionEncoder(): void {
  if (installed.encode === undefined) installed.load?.();
}

export function installFunctionEncoder(encode: EncodeFunction): void {
  installed.encode ??= encode;
}

/**
 * Returns a class with imports, as an entry of its message's list. A class is made at once, so its imports have to be loaded before.
 * @param record - the result of {@link EncodeFunction}
 */
export function importingClass(record: object): ClassReference | undefined {
  const { descriptor: text } = record as { readonly descriptor?: FunctionDescriptor };
  if (text?.kind !== 'source' || text.imports.length === 0 || !text.source.startsWith('class')) return undefined;
  return { id: text.id, name: text.name, module: undefined, isCoded: false, text };
}

/** @throws Refusal when no encoder is installed */
export function functionEncoder({ name }: AnyFunction): EncodeFunction {
  ensureFunctionEncoder();
  if (installed.encode !== undefined) return installed.encode;
  throw new Refusal(
    `a function${name === '' ? '' : ` (${name})`} can't travel from here; import '@heddle/serialization' in the task first, or return the data it needs`,
  );
}
