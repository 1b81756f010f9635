/** Reads values that have arrived, on either side. */
import { decodeValue, inThisRealm, loadClasses, takePendingLoads } from '@heddle/serialization/worker';
import type { WireValue } from './protocol.js';

/** A value in a box, since a promise can't resolve to a thenable. */
export interface Boxed {
  readonly value: unknown;
}

/**
 * Rebuilds a value. Classes of its instances, and functions in it, are loaded first.
 *
 * @returns the value, or a promise when something has to be loaded
 * @throws SerializationError when it can't be rebuilt here
 */
export function readValue({ value, encoded }: WireValue): Boxed | Promise<Boxed> {
  if (!encoded) return { value: inThisRealm(value) };
  const classes = loadClasses(value);
  return classes === undefined ? decoded(value) : classes.then(() => decoded(value));
}

function decoded(value: unknown): Boxed | Promise<Boxed> {
  const box = { value: decodeValue(value, 'code') };
  const loads = takePendingLoads();
  return loads === undefined ? box : loads.then(() => box);
}
