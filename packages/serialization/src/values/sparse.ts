/**
 * Arrays with many holes, on their way to another process: as a record of the elements that are there. A reader has to take
 * memory for all that V8's own format announces, so it refuses millions of holes; of a record it takes what comes.
 */
import { marker } from './marker.js';
import { isElement } from './own-fields.js';
import type { SparseRecord } from './records.js';
import { below } from './walk.js';

/** Holes of one array that are sent as holes: readers don't count so many. */
const fewHoles = 64;

/** Whether an array travels as a record. */
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
 * @param encode - encodes an element
 * @param register - told of the record before any element is encoded: it may be in itself
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
 * Puts it back; takes no memory for what is not there, however long it says it is.
 *
 * @param register - told of the array before any element is decoded
 */
export function fromSparse(
  { length, indexes, items }: SparseRecord,
  decode: (item: unknown) => unknown,
  register: (array: unknown[]) => void,
): void {
  const array: unknown[] = [];
  register(array);
  // Longer than it may become: the engine then keeps what is there and nothing else, and goes on so. It would take memory for each hole.
  array.length = 2 ** 32 - 1;
  array.length = length;
  indexes.forEach((index, i) => {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new RangeError(`an array of ${String(length)} has no element ${String(index)}`);
    array[index] = decode(items[i]);
  });
}
