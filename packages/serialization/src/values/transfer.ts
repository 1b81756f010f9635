import { types } from 'node:util';
import { shared } from './shared.js';

/** Objects that can move between threads without a copy. */
export type Transferable = ArrayBuffer | MessagePortLike | ReadableStream | WritableStream | TransformStream;

/** The members that a MessagePort has in every runtime. */
export interface MessagePortLike {
  postMessage(message: unknown, transferList?: readonly never[]): void;
  close(): void;
}

// `count` is the number of marks that are set. A value that is collected before it is sent stays counted, which costs only a look-up.
const marks = shared('transferMarks', () => ({ lists: new WeakMap<object, readonly object[]>(), count: 0 }));

/**
 * Marks a value so that it is moved instead of copied when it travels next, as an argument or a result. After the move the sender
 * cannot use the moved objects.
 *
 * @param value - the value to send
 * @param list - the objects to move. By default the value itself or, if it is a view, its buffer
 * @returns `value`
 * @throws TypeError when `list` is omitted and the value cannot be moved
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

/** Tells whether any value may be marked. If not, serializers skip the look-up. */
export function hasTransferMarks(): boolean {
  return marks.count > 0;
}

/** The list that `transfer` got for this object. */
export function transferListOf(value: object): readonly object[] | undefined {
  return marks.lists.get(value);
}

/** Clears the mark of a value that has been sent. */
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
