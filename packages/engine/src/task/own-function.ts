/**
 * A task's function, when it captures variables: then it travels with each task, as a value, and its text once a worker.
 */
import type { AnyFunction } from '@heddle/futures';
import { encodeValue, isClasses, type FunctionDescriptor, type FunctionRecord, type Links, type Reach } from '@heddle/serialization/worker';

/** What the functions of maps captured at the call: see function-snapshot.ts. */
export const snapshots: WeakMap<AnyFunction, Snapshot> = new WeakMap<AnyFunction, Snapshot>();

/** A function as it was at the call of its map. */
export interface Snapshot {
  readonly own: unknown;
  readonly links: Links;
}

/** Whether a function comes with each of its tasks. */
export function hasCaptures(descriptor: FunctionDescriptor): boolean {
  return descriptor.kind === 'source' && descriptor.captures.length > 0;
}

/**
 * A function with what it captures now.
 *
 * @param links - collects what of that stays here; without it that is refused
 * @throws SerializationError with the path of what can't travel
 */
export function encodeOwn(fn: AnyFunction, descriptor: FunctionDescriptor, reach: Reach, links?: Links): unknown {
  const { value } = encodeValue<unknown>(fn, 'task', false, reach, links);
  const record = (isClasses(value) ? value.value : value) as FunctionRecord;
  record.descriptor = descriptor.id;
  return value;
}
