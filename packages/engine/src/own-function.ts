/**
 * A task's function, when it captures variables: then it travels with each task, as a value, and its text once a worker.
 */
import type { AnyFunction } from '@heddle/futures';
import { encodeValue, isClasses, type FunctionDescriptor, type FunctionRecord, type Reach } from '@heddle/serialization/worker';

/** What the functions of maps captured at the call: see function-snapshot.ts. */
export const snapshots: WeakMap<AnyFunction, unknown> = new WeakMap<AnyFunction, unknown>();

/** Whether a function comes with each of its tasks. */
export function hasCaptures(descriptor: FunctionDescriptor): boolean {
  return descriptor.kind === 'source' && descriptor.captures.length > 0;
}

/**
 * A function with what it captures now.
 *
 * @throws SerializationError with the path of what can't travel
 */
export function encodeOwn(fn: AnyFunction, descriptor: FunctionDescriptor, reach: Reach): unknown {
  const known = snapshots.get(fn);
  if (known !== undefined) return known;
  const { value } = encodeValue<unknown>(fn, 'task', false, reach);
  const record = (isClasses(value) ? value.value : value) as FunctionRecord;
  record.descriptor = descriptor.id;
  return value;
}
