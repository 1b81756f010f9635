/**
 * Writes a message as bytes: a body in V8's own format, and beside it the large buffers, which are not copied into it.
 *
 *   body      V8's serialization of the message; in place of a view:
 *               kind (uint32)  buffer id (uint32)  offset (double)  length in elements (double)
 *               and, the first time that buffer occurs:
 *                 0 (uint32)  size (double)  the bytes         small: inline
 *                 1 (uint32)  index (uint32)                   large: in `buffers`
 *   buffers   the bytes of large buffers, to be written as they are
 *
 * Views that share a buffer share it again where they arrive.
 */
import { types } from 'node:util';
import { Serializer } from 'node:v8';
import { SerializationError } from '@heddle/futures/errors';
import { viewName } from '../values/view-class.js';

/** The kinds of views; the index of a kind is its number on the wire. */
export const viewKinds = [
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
] as const;

/** Buffers of this size or more, in bytes, travel beside the body. */
export const largeBytes: number = 32 * 1024;

/** The values of a buffer's placement in the body. */
export const inline = 0;
export const beside = 1;

/** A message as bytes. */
export interface MessageBytes {
  readonly body: Uint8Array;
  /** Windows of the message's own buffers, not copies. */
  readonly buffers: readonly Uint8Array[];
}

class MessageWriter extends Serializer {
  readonly buffers: Uint8Array[] = [];
  readonly #ids = new Map<ArrayBufferLike, number>();
  #count = 0;

  /** Called by V8 for every view, since `writeMessage` makes it treat views as host objects. */
  _writeHostObject(value: object): void {
    if (!ArrayBuffer.isView(value)) throw new SerializationError(`${Object.prototype.toString.call(value)} can't leave its process`);
    const { buffer } = value;
    if (types.isSharedArrayBuffer(buffer)) throw new SerializationError("a SharedArrayBuffer can't leave its process");
    // Most Buffers are small windows of a shared pool, so only the window travels.
    const isWindow = Buffer.isBuffer(value);
    const known = isWindow ? undefined : this.#ids.get(buffer);
    const id = known ?? this.#count++;
    this.writeUint32(kindOf(value));
    this.writeUint32(id);
    this.writeDouble(isWindow ? 0 : value.byteOffset);
    this.writeDouble(value instanceof DataView ? value.byteLength : (value as Uint8Array).length);
    if (known !== undefined) return;
    if (!isWindow) this.#ids.set(buffer, id);
    const bytes = isWindow ? new Uint8Array(buffer, value.byteOffset, value.byteLength) : new Uint8Array(buffer);
    if (bytes.length < largeBytes) {
      this.writeUint32(inline);
      this.writeDouble(bytes.length);
      this.writeRawBytes(bytes);
    } else {
      this.writeUint32(beside);
      this.writeUint32(this.buffers.length);
      this.buffers.push(bytes);
    }
  }

  /** Called by V8 to make the error for a value that can't be written. */
  _getDataCloneError = Error;

  _getSharedArrayBufferId(): never {
    throw new SerializationError("a SharedArrayBuffer can't leave its process");
  }
}

function kindOf(view: ArrayBufferView): number {
  const name = viewName(view);
  const kind = viewKinds.indexOf(name as (typeof viewKinds)[number]);
  if (kind < 0) throw new SerializationError(`a ${name} can't travel to another process`);
  return kind;
}

/**
 * Writes a message. For authors of channels.
 *
 * @param message - any value that `structuredClone` could copy, without shared memory and handles
 * @throws SerializationError, or V8's DataCloneError, when something in it can't be written
 */
export function writeMessage(message: unknown): MessageBytes {
  const writer = new MessageWriter();
  (writer as unknown as { _setTreatArrayBufferViewsAsHostObjects(on: boolean): void })._setTreatArrayBufferViewsAsHostObjects(true);
  writer.writeHeader();
  writer.writeValue(message);
  return { body: writer.releaseBuffer(), buffers: writer.buffers };
}
