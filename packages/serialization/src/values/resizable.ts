/** Reads and makes buffers that can be resized. No property tells whether a view follows its buffer's size, so a copy is tried. */
import { Refusal } from './refusal.js';
import { viewName } from './view-class.js';

/** The members that TypeScript has only in its ES2024 library. */
interface Resizable {
  readonly resizable?: boolean;
  readonly maxByteLength: number;
  resize(byteLength: number): void;
}

const ResizableBuffer = ArrayBuffer as new (byteLength: number, options: { maxByteLength: number }) => ArrayBuffer;

/** Returns the maximum size of a buffer, in bytes; `undefined` when the buffer can't be resized. */
export function resizableLimit(buffer: ArrayBuffer): number | undefined {
  const { resizable, maxByteLength } = buffer as ArrayBuffer & Resizable;
  return resizable === true ? maxByteLength : undefined;
}

/** Returns a copy that can be resized as the buffer can; `undefined` when the buffer can't be resized. */
export function sameResizable(buffer: ArrayBuffer): ArrayBuffer | undefined {
  const limit = resizableLimit(buffer);
  return limit === undefined ? undefined : resizableFrom(new Uint8Array(buffer), limit);
}

/** Makes a resizable buffer. @throws RangeError when there is no memory for `limit` bytes, or `bytes` has more than `limit` */
export function resizableFrom(bytes: Uint8Array, limit: number): ArrayBuffer {
  const made = new ResizableBuffer(bytes.byteLength, { maxByteLength: limit });
  new Uint8Array(made).set(bytes);
  return made;
}

/**
 * Tells whether a view of a resizable buffer follows the buffer's size. It resizes a copy of the buffer and looks at the copy of the view.
 *
 * @throws a refusal of a view that lies beyond its buffer
 */
export function tracksLength(view: ArrayBufferView): boolean {
  const { byteOffset, byteLength } = view;
  const size = viewName(view) === 'DataView' ? 1 : (view as Uint8Array).BYTES_PER_ELEMENT;
  const reachesEnd = view.buffer.byteLength - byteOffset - byteLength < size;
  if (!reachesEnd && byteLength > 0) return false;
  let copy: ArrayBufferView;
  try {
    copy = structuredClone(view);
  } catch {
    throw new Refusal('the view lies beyond its buffer, which was made smaller; make the view anew');
  }
  const buffer = copy.buffer as ArrayBuffer & Resizable;
  // The copy becomes one element longer or, if it cannot grow, one element shorter.
  const other = byteOffset + byteLength + size;
  if (other <= buffer.maxByteLength) {
    buffer.resize(other);
    return copy.byteLength === byteLength + size;
  }
  if (byteLength < size) return false; // an empty view that cannot grow: no program can see a difference
  buffer.resize(byteOffset + byteLength - size);
  return isWithin(copy, byteOffset, byteLength - size);
}

/** Tells whether a view has these bounds. A typed array that lies beyond its buffer has the offset 0, and a DataView throws. */
function isWithin(view: ArrayBufferView, byteOffset: number, byteLength: number): boolean {
  try {
    return view.byteOffset === byteOffset && view.byteLength === byteLength;
  } catch {
    return false;
  }
}
