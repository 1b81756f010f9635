/**
 * Reads frames from a stream of bytes that arrives in pieces of any size.
 *
 *   head ──▶ sizes of buffers ──▶ body ──▶ buffer ... ──▶ message ──▶ head
 *
 * A frame that lies whole within a piece is read in place. Of a frame in several pieces each part is collected in memory of its own. A
 * caller that uses `want` reads bytes directly into that memory.
 */
import { headBytes, mostBuffers, mostFrameBytes, sizeBytes } from './frame.js';
import { garbled } from './garbled.js';
import { readMessage } from './message-reader.js';

/** A part of a frame that is being collected. */
interface Part {
  /** The memory of the whole part, or of its beginning. */
  bytes: Uint8Array<ArrayBuffer>;
  readonly size: number;
  filled: number;
}

/** Parts larger than this get their memory as the bytes come, doubled each time, so an announcement alone costs no more. In bytes. */
const mostAhead: number = 16 * 1024 * 1024;

export class FrameReader {
  #nonce: number | undefined;
  readonly #deliver: (message: unknown) => void;
  #part: Part = part(headBytes);
  #stage: 'head' | 'sizes' | 'body' | 'buffers' = 'head';
  #bodySize = 0;
  #bufferCount = 0;
  #sizes: number[] = [];
  #body: Uint8Array | undefined;
  #buffers: ArrayBuffer[] = [];

  /**
   * @param nonce - of the channel; `undefined` when the first frame brings it
   * @param deliver - called with each message, in order
   */
  constructor(nonce: number | undefined, deliver: (message: unknown) => void) {
    this.#nonce = nonce;
    this.#deliver = deliver;
  }

  /** The nonce of the channel; 0 before the first frame has brought it. */
  get nonce(): number {
    return this.#nonce ?? 0;
  }

  /** True when the stream may end here: between two frames. */
  get isBetweenFrames(): boolean {
    return this.#stage === 'head' && this.#part.filled === 0;
  }

  /** Memory to read the next bytes into, when many bytes of one part are missing. Call `advance` with the number of bytes read. */
  get want(): Uint8Array | undefined {
    const { bytes, filled } = this.#part;
    return this.#stage === 'buffers' || bytes.length - filled > 65_536 ? bytes.subarray(filled) : undefined;
  }

  /** Accepts bytes that the caller has read into `want`. @throws as `push` */
  advance(count: number): void {
    const part = this.#part;
    part.filled += count;
    if (part.filled < part.bytes.length) return;
    if (part.filled === part.size) this.#partIsFull();
    else grow(part);
  }

  /**
   * Accepts the next bytes of the stream. Their memory may be reused afterwards.
   *
   * @throws SerializationError when the bytes are not frames; the stream can't be used any more
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.isBetweenFrames) {
        const next = this.#readWhole(chunk, at);
        if (next !== undefined) {
          at = next;
          continue;
        }
      }
      const { bytes, filled } = this.#part;
      const count = Math.min(bytes.length - filled, chunk.length - at);
      bytes.set(chunk.subarray(at, at + count), filled);
      at += count;
      this.advance(count);
    }
  }

  /** Reads a frame that lies whole within the chunk and has no buffers. @returns the position of its end */
  #readWhole(chunk: Uint8Array, at: number): number | undefined {
    if (chunk.length - at < headBytes) return undefined;
    this.#readHead(chunk, at);
    const start = at + headBytes;
    const end = start + this.#bodySize;
    if (this.#bufferCount > 0 || end > chunk.length) return undefined;
    this.#deliver(readMessage(chunk.subarray(start, end), []));
    return end;
  }

  /** Reads a head. @throws SerializationError before anything is allocated for the sizes that the head announces */
  #readHead(bytes: Uint8Array, at: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, headBytes);
    this.#nonce ??= view.getUint32(0, true);
    if (view.getUint32(0, true) !== this.#nonce) throw garbled('no frame begins here; something else wrote to the channel');
    this.#bodySize = view.getUint32(4, true);
    this.#bufferCount = view.getUint32(8, true);
    if (this.#bodySize > mostFrameBytes) throw garbled(`a body of ${String(this.#bodySize)} bytes`);
    if (this.#bufferCount > mostBuffers) throw garbled(`${String(this.#bufferCount)} buffers`);
  }

  #partIsFull(): void {
    const { bytes } = this.#part;
    switch (this.#stage) {
      case 'head':
        this.#readHead(bytes, 0);
        this.#begin(this.#bufferCount > 0 ? 'sizes' : 'body', this.#bufferCount > 0 ? this.#bufferCount * sizeBytes : this.#bodySize);
        return;
      case 'sizes':
        this.#readSizes(bytes);
        this.#begin('body', this.#bodySize);
        return;
      case 'body':
        this.#body = bytes;
        this.#nextBuffer();
        return;
      case 'buffers':
        this.#buffers.push(bytes.buffer);
        this.#nextBuffer();
        return;
    }
  }

  #readSizes(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let total = this.#bodySize;
    for (let i = 0; i < this.#bufferCount; i++) {
      const size = view.getFloat64(i * sizeBytes, true);
      total += size;
      if (!Number.isInteger(size) || size < 0 || total > mostFrameBytes) throw garbled(`a buffer of ${String(size)} bytes`);
      this.#sizes.push(size);
    }
  }

  #nextBuffer(): void {
    for (;;) {
      const size = this.#sizes[this.#buffers.length];
      if (size === undefined) break;
      if (size > 0) {
        this.#begin('buffers', size);
        return;
      }
      this.#buffers.push(new ArrayBuffer(0));
    }
    const body = this.#body ?? new Uint8Array();
    const buffers = this.#buffers;
    this.#body = undefined;
    this.#buffers = [];
    this.#sizes = [];
    this.#begin('head', headBytes);
    this.#deliver(readMessage(body, buffers));
  }

  #begin(stage: 'head' | 'sizes' | 'body' | 'buffers', size: number): void {
    this.#stage = stage;
    this.#part = part(size);
    if (size === 0) this.#partIsFull();
  }
}

/** Not zeroed, since a part is used only once it is full. It has a buffer of its own, which is handed on. */
function part(size: number): Part {
  return { bytes: Buffer.allocUnsafeSlow(Math.min(size, mostAhead)), size, filled: 0 };
}

function grow(part: Part): void {
  const bytes = Buffer.allocUnsafeSlow(Math.min(part.size, 2 * part.filled));
  bytes.set(part.bytes);
  part.bytes = bytes;
}
