/**
 * A bound function: a task's function together with the variables that it captures. It travels with each task, as a value; its
 * text travels once for each worker.
 */
import type { AnyFunction } from '@heddle/futures';
import {
  encodeValue,
  isClasses,
  type FunctionDescriptor,
  type FunctionRecord,
  type CallerObjects,
  type Destination,
} from '@heddle/serialization/worker';

/** What the functions of maps captured at the call: see function-snapshot.ts. */
export const snapshots: WeakMap<AnyFunction, Snapshot> = new WeakMap<AnyFunction, Snapshot>();

/** A function as it was at the call of its map. */
export interface Snapshot {
  readonly boundFunction: unknown;
  readonly callerObjects: CallerObjects;
}

/** Whether a function comes with each of its tasks. */
export function hasCaptures(descriptor: FunctionDescriptor): boolean {
  return descriptor.kind === 'source' && descriptor.captures.length > 0;
}

/**
 * A function with what it captures now.
 *
 * @param callerObjects - collects the caller objects that it captures; without it they are refused
 * @throws SerializationError with the path of what can't travel
 */
export function encodeBoundFunction(
  fn: AnyFunction,
  descriptor: FunctionDescriptor,
  destination: Destination,
  callerObjects?: CallerObjects,
): unknown {
  const { value } = encodeValue<unknown>(fn, 'task', false, destination, callerObjects);
  const record = (isClasses(value) ? value.value : value) as FunctionRecord;
  record.descriptor = descriptor.id;
  return value;
}
