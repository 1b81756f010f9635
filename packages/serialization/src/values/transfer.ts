import { types } from 'node:util';
import { shared } from './shared.js';

/** Objects that move between threads without a copy. */
export type Transferable = ArrayBuffer | MessagePortLike | ReadableStream | WritableStream | TransformStream;

/** What a MessagePort has in every runtime. */
export interface MessagePortLike {
  postMessage(message: unknown, transferList?: readonly never[]): void;
  close(): void;
}

// `count` is how many marks are set; values that are collected unsent stay counted, which costs a look-up and no more.
const marks = shared('transferMarks', () => ({ lists: new WeakMap<object, readonly object[]>(), count: 0 }));

/**
 * Marks a value to be moved rather than copied when it travels next, as an argument or a result. What is moved can't
 * be used here any more.
 *
 * @param value - the value to pass on
 * @param list - what to move; by default the value itself, or the buffer below it when it is a view
 * @returns `value`
 * @throws TypeError when `list` is omitted and the value is nothing that can be moved
 * @example
 * ```ts
 * import { transfer } from '@heddle/serialization';
 *
 * const samples = new Float64Array(1_000_000);
 * export const moved: Float64Array = transfer(samples);
 * ```
 */
export function transfer<T>(value: T, list?: readonly Transferable[]): T {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`transfer: only objects can be moved, got ${value === null ? 'null' : typeof value}; pass the value as it is`);
  }
  const moved = list ?? [defaultTransferable(value)];
  if (!marks.lists.has(value)) marks.count += 1;
  marks.lists.set(value, moved);
  return value;
}

/** Whether any value may be marked: lets serializers skip the look-up. */
export function hasTransferMarks(): boolean {
  return marks.count > 0;
}

/** What `transfer` was told of this object. */
export function transferListOf(value: object): readonly object[] | undefined {
  return marks.lists.get(value);
}

/** The value has travelled: it is not marked any more. */
export function clearTransferMark(value: object): void {
  if (marks.lists.delete(value)) marks.count -= 1;
}

function defaultTransferable(value: object): object {
  if (ArrayBuffer.isView(value)) {
    if (types.isSharedArrayBuffer(value.buffer))
      throw new TypeError('transfer: the view is on a SharedArrayBuffer, which is shared, not moved; pass it as it is');
    return value.buffer;
  }
  return value;
}
