/** The part of a copy that is memory: buffers, and views of them. */
import { types } from 'node:util';
import { marker } from './marker.js';
import type { BufferRecord, FactsRecord, ViewRecord } from './records.js';
import { resizableLimit, sameResizable, tracksLength } from './resizable.js';
import { viewClass, viewName } from './view-class.js';
import { checkAttached, checkOwnMemory, type CopyExtent, type Destination, type TransferNotes } from './walk.js';

/** What a copy asks of its memory. */
export interface CopyTerms {
  readonly destination: Destination;
  readonly extent: CopyExtent;
  readonly notes: TransferNotes;
  /** Whether nothing is moved. */
  readonly isTrial: boolean;
  /** Gives up when that is more than there may be. */
  readonly spend: (bytes: number) => void;
}

/** Copies of memory: a view or a buffer, or a record of it where V8's own format would lose something. */
export class BinaryCopy {
  /** Whether any refers to the user's own memory. */
  live = false;
  readonly #terms: CopyTerms;
  /** Buffers and their copies, whether met by themselves or below a view. */
  readonly #buffers = new Map<ArrayBuffer, ArrayBuffer>();
  /** Between processes: buffers that were met by themselves, or can be resized. */
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

  /** A buffer that is met by itself: between processes V8 writes only views without copying them once more. */
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

  /** The bounds of the view are asked for first: the buffer may be moved. */
  #resizableView(value: ArrayBufferView, buffer: ArrayBuffer): ArrayBufferView | ViewRecord {
    const name = viewName(value);
    const offset = value.byteOffset;
    const length = tracksLength(value) ? undefined : name === 'DataView' ? value.byteLength : (value as Uint8Array).length;
    if (this.#terms.destination === 'process') return { [marker]: 'view', class: name, buffer: this.#bufferRecord(buffer), offset, length };
    return new (viewClass(value))(this.#buffer(buffer), offset, length) as ArrayBufferView;
  }

  /** Most Buffers are small windows of a pool: the window alone travels. */
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
      const moved = structuredClone(value, { transfer: [value] }); // detached here and now
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
