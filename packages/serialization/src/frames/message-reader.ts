/** The counterpart of message-writer.ts. A body is checked before V8 reads it, and every number is checked before it is used. */
import { Deserializer } from 'node:v8';
import { SerializationError } from '@heddle/futures/errors';
import { checkBody } from './check-body.js';
import { garbled } from './garbled.js';
import { beside, inline, viewKinds } from './message-writer.js';

type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

const viewClasses = viewKinds.map(
  (name) => (globalThis as unknown as Record<string, ViewClass & { readonly BYTES_PER_ELEMENT?: number }>)[name],
);

class MessageReader extends Deserializer {
  readonly #beside: readonly ArrayBuffer[];
  readonly #buffers: ArrayBuffer[] = [];

  constructor(body: Uint8Array, buffers: readonly ArrayBuffer[]) {
    super(body);
    this.#beside = buffers;
  }

  /** Called by V8 where the writer wrote a view. */
  _readHostObject(): ArrayBufferView {
    const kind = this.readUint32();
    const id = this.readUint32();
    const offset = this.readDouble();
    const length = this.readDouble();
    const ViewClass = viewClasses[kind];
    if (ViewClass === undefined) throw garbled(`a view of unknown kind ${String(kind)}`);
    if (id > this.#buffers.length) throw garbled(`buffer ${String(id)} out of order`);
    const buffer = this.#buffers[id] ?? this.#readBuffer();
    const size = ViewClass.BYTES_PER_ELEMENT ?? 1;
    const fits = Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length >= 0;
    if (!fits || offset % size !== 0 || offset + length * size > buffer.byteLength) throw garbled('a view beyond its buffer');
    return new ViewClass(buffer, offset, length);
  }

  #readBuffer(): ArrayBuffer {
    const buffer = this.#bytes();
    this.#buffers.push(buffer);
    return buffer;
  }

  #bytes(): ArrayBuffer {
    const placement = this.readUint32();
    if (placement === inline) {
      const size = this.readDouble();
      if (!Number.isInteger(size) || size < 0) throw garbled('a buffer of no size');
      return new Uint8Array(this.readRawBytes(size)).buffer; // A copy, since the memory that was read from is reused.
    }
    const buffer = placement === beside ? this.#beside[this.readUint32()] : undefined;
    if (buffer === undefined) throw garbled('a buffer that did not come along');
    return buffer;
  }
}

/**
 * Reads a message. For authors of channels.
 *
 * @param body - the bytes of one body; nothing of the message refers to them afterwards
 * @param buffers - the large buffers that came beside it; they become the message's own
 * @throws SerializationError when the bytes are no message
 */
export function readMessage(body: Uint8Array, buffers: readonly ArrayBuffer[]): unknown {
  try {
    checkBody(body);
    const reader = new MessageReader(body, buffers);
    reader.readHeader();
    return reader.readValue();
  } catch (problem) {
    if (problem instanceof SerializationError) throw problem;
    throw garbled(problem instanceof Error ? problem.message : String(problem));
  }
}
