/**
 * Encodes an array with many holes, for another process, as a record of its existing elements. In V8's own format, a reader would have to
 * allocate memory for every hole that is announced, so it refuses millions of holes. A record costs it only the elements.
 */
import { marker } from './marker.js';
import { isElement } from './own-fields.js';
import type { SparseRecord } from './records.js';
import { below } from './walk.js';

/** An array with at most this many holes is sent with its holes, since readers do not count so few. */
const fewHoles = 64;

/** Tells whether an array has so many holes that it travels as a record. */
export function hasManyHoles(value: readonly unknown[]): boolean {
  if (value.length <= fewHoles) return false;
  let at = 0;
  while (at < value.length && at in value) at++;
  return at < value.length && countHoles(value) > fewHoles;
}

function countHoles(value: readonly unknown[]): number {
  return value.length - indexesOf(value).length;
}

function indexesOf(value: readonly unknown[]): number[] {
  return Object.keys(value).filter(isElement).map(Number);
}

/**
 * Makes the record of an array with many holes.
 *
 * @param encode - encodes an element
 * @param register - is called with the record before the elements are encoded, since the array may contain itself
 */
export function sparseRecord(
  value: readonly unknown[],
  encode: (item: unknown) => unknown,
  register: (record: object) => void,
): SparseRecord {
  const record: SparseRecord = { [marker]: 'sparse', length: value.length, indexes: indexesOf(value), items: [] };
  register(record);
  for (const index of record.indexes) {
    try {
      record.items.push(encode(value[index]));
    } catch (problem) {
      throw below(problem, index);
    }
  }
  return record;
}

/**
 * Rebuilds an array from its record. It allocates memory only for the elements, whatever length the record announces.
 *
 * @param register - is called with the array before the elements are decoded
 */
export function fromSparse(
  { length, indexes, items }: SparseRecord,
  decode: (item: unknown) => unknown,
  register: (array: unknown[]) => void,
): void {
  const array: unknown[] = [];
  register(array);
  // At the largest length, the engine stores only the existing elements, and keeps doing so. Otherwise it would allocate memory for holes.
  array.length = 2 ** 32 - 1;
  array.length = length;
  indexes.forEach((index, i) => {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new RangeError(`an array of ${String(length)} has no element ${String(index)}`);
    array[index] = decode(items[i]);
  });
}
