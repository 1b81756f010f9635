/** Buffers that can be resized, and the views that follow their size: what no property tells is found by trying on a copy. */
import { Refusal } from './refusal.js';
import { viewName } from './view-class.js';

/** The types that TypeScript has only in its ES2024 library. */
interface Resizable {
  readonly resizable?: boolean;
  readonly maxByteLength: number;
  resize(byteLength: number): void;
}

const ResizableBuffer = ArrayBuffer as new (byteLength: number, options: { maxByteLength: number }) => ArrayBuffer;

/** The size that a buffer can be given at most, in bytes; `undefined` when it can't be resized. */
export function resizableLimit(buffer: ArrayBuffer): number | undefined {
  const { resizable, maxByteLength } = buffer as ArrayBuffer & Resizable;
  return resizable === true ? maxByteLength : undefined;
}

/** A copy that can be resized as the buffer can; `undefined` of one that can't. */
export function sameResizable(buffer: ArrayBuffer): ArrayBuffer | undefined {
  const limit = resizableLimit(buffer);
  return limit === undefined ? undefined : resizableFrom(new Uint8Array(buffer), limit);
}

/** @throws RangeError when there is no memory for `limit` bytes, or the bytes are more than that */
export function resizableFrom(bytes: Uint8Array, limit: number): ArrayBuffer {
  const made = new ResizableBuffer(bytes.byteLength, { maxByteLength: limit });
  new Uint8Array(made).set(bytes);
  return made;
}

/**
 * Whether a view of a resizable buffer follows its size. A copy of the buffer is resized and the view's copy looked at.
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
  // One element more shows it, or one less where there is no room for more.
  const other = byteOffset + byteLength + size;
  if (other <= buffer.maxByteLength) {
    buffer.resize(other);
    return copy.byteLength === byteLength + size;
  }
  if (byteLength < size) return false; // neither can be seen, by anybody
  buffer.resize(byteOffset + byteLength - size);
  return isWithin(copy, byteOffset, byteLength - size);
}

/** A view that lies beyond its buffer has no offset, and a DataView throws. */
function isWithin(view: ArrayBufferView, byteOffset: number, byteLength: number): boolean {
  try {
    return view.byteOffset === byteOffset && view.byteLength === byteLength;
  } catch {
    return false;
  }
}
