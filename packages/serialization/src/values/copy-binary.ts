/** Copies the binary data of a value: buffers, and views of them. */
import { types } from 'node:util';
import { marker } from './marker.js';
import type { BufferRecord, FactsRecord, ViewRecord } from './records.js';
import { resizableLimit, sameResizable, tracksLength } from './resizable.js';
import { viewClass, viewName } from './view-class.js';
import { checkAttached, checkOwnMemory, type CopyExtent, type Destination, type TransferNotes } from './walk.js';

/** The conditions under which a copy treats binary data. */
export interface CopyTerms {
  readonly destination: Destination;
  readonly extent: CopyExtent;
  readonly notes: TransferNotes;
  /** Whether the walk only finds out if the value can travel. No buffer is moved then. */
  readonly isTrial: boolean;
  /** Counts copied bytes. It gives up when there are more than the copy may have. */
  readonly spend: (bytes: number) => void;
}

/** Copies views and buffers. It makes a record of one where V8's own format would lose something. */
export class BinaryCopy {
  /** Whether a copy refers to the user's own memory. */
  live = false;
  readonly #terms: CopyTerms;
  /** Buffers and their copies, of buffers that are values and of those below a view. */
  readonly #buffers = new Map<ArrayBuffer, ArrayBuffer>();
  /** Between processes: the records of buffers that are values, or that can be resized. */
  readonly #records = new Map<ArrayBuffer, BufferRecord>();

  constructor(terms: CopyTerms) {
    this.#terms = terms;
  }

  view(value: ArrayBufferView): ArrayBufferView | ViewRecord | FactsRecord {
    const { destination, extent, notes } = this.#terms;
    if (destination === 'process') checkOwnMemory(value);
    const { buffer, byteOffset, byteLength } = value;
    if (types.isSharedArrayBuffer(buffer)) return value;
    if (Buffer.isBuffer(value)) return this.#nodeBuffer(value, buffer);
    if (resizableLimit(buffer) !== undefined && (destination === 'process' || extent !== 'live' || notes.has(buffer)))
      return this.#resizableView(value, buffer);
    if (extent === 'live' && !notes.has(buffer)) {
      checkAttached(buffer);
      this.live = true;
      return value;
    }
    const { length } = value as Uint8Array; // read before the buffer may be detached
    const copied = this.#buffer(buffer);
    if (copied === buffer) return value;
    return new (viewClass(value))(copied, byteOffset, viewName(value) === 'DataView' ? byteLength : length) as ArrayBufferView;
  }

  /** Copies a buffer that is a value. Between processes it becomes a view in a record, since V8 would copy the buffer once more. */
  buffer(value: ArrayBuffer): ArrayBuffer | BufferRecord {
    return this.#terms.destination === 'process' ? this.#bufferRecord(value) : this.#buffer(value);
  }

  #bufferRecord(value: ArrayBuffer): BufferRecord {
    const known = this.#records.get(value);
    if (known !== undefined) return known;
    const limit = resizableLimit(value);
    const bytes = new Uint8Array(this.#buffer(value));
    const record: BufferRecord = { [marker]: 'buffer', bytes, ...(limit === undefined ? {} : { maxByteLength: limit }) };
    this.#records.set(value, record);
    return record;
  }

  /** Reads the bounds of the view first, since its buffer may be moved. */
  #resizableView(value: ArrayBufferView, buffer: ArrayBuffer): ArrayBufferView | ViewRecord {
    const name = viewName(value);
    const offset = value.byteOffset;
    const length = tracksLength(value) ? undefined : name === 'DataView' ? value.byteLength : (value as Uint8Array).length;
    if (this.#terms.destination === 'process') return { [marker]: 'view', class: name, buffer: this.#bufferRecord(buffer), offset, length };
    return new (viewClass(value))(this.#buffer(buffer), offset, length) as ArrayBufferView;
  }

  /** Copies only the window, since most Buffers are small windows of a pool. */
  #nodeBuffer(value: Buffer, buffer: ArrayBuffer): FactsRecord {
    const { extent, notes, spend } = this.#terms;
    const { byteOffset, byteLength } = value;
    let bytes: Uint8Array;
    if (notes.has(buffer)) bytes = new Uint8Array(this.#buffer(buffer), byteOffset, byteLength);
    else if (extent === 'live' && byteLength === buffer.byteLength) {
      checkAttached(buffer);
      this.live = true;
      bytes = new Uint8Array(buffer, byteOffset, byteLength);
    } else {
      checkAttached(buffer);
      spend(byteLength);
      bytes = new Uint8Array(value);
    }
    return { [marker]: 'Buffer', bytes };
  }

  #buffer(value: ArrayBuffer): ArrayBuffer {
    const known = this.#buffers.get(value);
    if (known !== undefined) return known;
    checkAttached(value);
    const copied = this.#copyOf(value);
    this.#buffers.set(value, copied);
    return copied;
  }

  #copyOf(value: ArrayBuffer): ArrayBuffer {
    const { extent, notes, isTrial, spend } = this.#terms;
    if (notes.has(value)) {
      if (isTrial) return value;
      const moved = structuredClone(value, { transfer: [value] }); // detaches the user's buffer immediately
      notes.replace(value, moved);
      return moved;
    }
    if (extent === 'live') {
      this.live = true;
      return value;
    }
    spend(value.byteLength);
    return sameResizable(value) ?? value.slice(0);
  }
}
