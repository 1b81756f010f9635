/**
 * A bound function: a task's function together with the variables that it captures. It travels as a value with each
 * task. Its text travels once for each worker.
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

/** For each function that a map runs: its captures as they were at the call of the map. See function-snapshot.ts. */
export const snapshots: WeakMap<AnyFunction, Snapshot> = new WeakMap<AnyFunction, Snapshot>();

/** A function as it was at the call of its map. */
export interface Snapshot {
  readonly boundFunction: unknown;
  readonly callerObjects: CallerObjects;
}

/** Returns whether the function itself travels with each of its tasks. */
export function hasCaptures(descriptor: FunctionDescriptor): boolean {
  return descriptor.kind === 'source' && descriptor.captures.length > 0;
}

/**
 * Encodes a function together with the present values of its captures.
 *
 * @param callerObjects - collects the caller objects that the function captures; without it they are refused
 * @throws SerializationError with the path of the value that cannot travel
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
