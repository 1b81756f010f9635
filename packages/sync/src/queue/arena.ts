/**
 * The memory for the items of a queue. It grows. Blocks are powers of two, and a block that was freed is used again for its size.
 *
 *   int32   0        size in bytes: a thread that knows another size has to renew its views
 *           1        the first word that was never used
 *           2, 3, 4  first item, last item, count of items so far: order.ts
 *           8 ..     for each size of block: the first free one
 *           64 ..    blocks
 *
 *   block   0, 1     links to other blocks, by their first words: order.ts
 *           2        size of the block (a power of two) above the kind of the item
 *           3        length of the item in bytes
 *           4        its number
 *           6, 7     its priority (float64)
 *           8 ..     its bytes
 *
 * Every word is changed inside the mutex, except the bytes of a block that no other thread knows yet, or any more.
 */
import { QueueFullError } from '@heddle/futures/errors';

const firstBytes = 64 * 1024;
/** Address space is reserved for this much; memory is taken as it is used. */
const mostBytes = 2 ** 30;

const sizeAt = 0;
const topAt = 1;
export const firstAt = 2;
export const lastAt = 3;
export const countAt = 4;
const freeAt = 8;
const firstBlock = 64;

export const linkA = 0;
export const linkB = 1;
const kindField = 2;
const lengthField = 3;
export const numberField = 4;
const priorityField = 6;
const bytesField = 8;

const wordBytes = 4;
const headBytes = bytesField * wordBytes;
const smallestLog = 6;
const kindBits = 8;

export class Arena {
  readonly memory: SharedArrayBuffer;
  words: Int32Array<SharedArrayBuffer>;
  #doubles: Float64Array<SharedArrayBuffer>;
  #bytes: Buffer<SharedArrayBuffer>;

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(firstBytes, { maxByteLength: mostBytes });
    [this.words, this.#doubles, this.#bytes] = viewsOf(this.memory);
    if (memory !== undefined) return;
    this.words[sizeAt] = firstBytes;
    this.words[topAt] = firstBlock;
  }

  /** Renews the views if the memory has grown. Call it first, inside. */
  refresh(): void {
    if (Atomics.load(this.words, sizeAt) === this.#bytes.length) return;
    [this.words, this.#doubles, this.#bytes] = viewsOf(this.memory);
  }

  /**
   * Allocates a block for an item.
   *
   * @throws QueueFullError when there is no memory for it
   */
  allocate(kind: number, length: number): number {
    const log = Math.max(smallestLog, 32 - Math.clz32(length + headBytes - 1));
    const { words } = this;
    const free = Atomics.load(words, freeAt + log);
    const block = free === 0 ? this.#extend(log) : free;
    if (free !== 0) words[freeAt + log] = this.get(free, linkA);
    this.set(block, kindField, (log << kindBits) | kind);
    this.set(block, lengthField, length);
    return block;
  }

  free(block: number): void {
    const list = freeAt + (this.get(block, kindField) >> kindBits);
    this.set(block, linkA, Atomics.load(this.words, list));
    this.words[list] = block;
  }

  get(block: number, field: number): number {
    return Atomics.load(this.words, block + field);
  }

  set(block: number, field: number, value: number): void {
    this.words[block + field] = value;
  }

  kindOf(block: number): number {
    return this.get(block, kindField) & ((1 << kindBits) - 1);
  }

  /** @returns the length in bytes */
  lengthOf(block: number): number {
    return this.get(block, lengthField);
  }

  priorityOf(block: number): number {
    return this.#doubles[(block + priorityField) / 2] ?? 0;
  }

  setPriority(block: number, priority: number): void {
    this.#doubles[(block + priorityField) / 2] = priority;
  }

  numberIn(block: number): number {
    return this.#doubles[(block + bytesField) / 2] ?? 0;
  }

  setNumber(block: number, value: number): void {
    this.#doubles[(block + bytesField) / 2] = value;
  }

  textIn(block: number): string {
    const start = (block + bytesField) * wordBytes;
    return this.#bytes.toString('utf8', start, start + this.lengthOf(block));
  }

  setText(block: number, text: string): void {
    this.#bytes.write(text, (block + bytesField) * wordBytes, 'utf8');
  }

  /** @returns a copy */
  bytesIn(block: number): Uint8Array {
    const start = (block + bytesField) * wordBytes;
    return Uint8Array.prototype.slice.call(this.#bytes, start, start + this.lengthOf(block));
  }

  setBytes(block: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, (block + bytesField) * wordBytes);
  }

  /** Takes a block from memory that was never used. */
  #extend(log: number): number {
    const block = Atomics.load(this.words, topAt);
    const top = block + 2 ** log / wordBytes;
    const size = this.#bytes.length;
    if (top * wordBytes > size) {
      if (top * wordBytes > mostBytes) {
        throw new QueueFullError(
          `the items of this queue take ${String(mostBytes / 2 ** 20)} MiB already; give it a maxSize, so that who puts waits for who gets`,
        );
      }
      this.memory.grow(Math.min(mostBytes, Math.max(2 * size, 2 ** Math.ceil(Math.log2(top * wordBytes)))));
      Atomics.store(this.words, sizeAt, this.memory.byteLength);
      this.refresh();
    }
    this.words[topAt] = top;
    return block;
  }
}

function viewsOf(memory: SharedArrayBuffer): [Int32Array<SharedArrayBuffer>, Float64Array<SharedArrayBuffer>, Buffer<SharedArrayBuffer>] {
  // Views of a fixed length: views that follow a growing memory are ten times slower.
  const { byteLength } = memory;
  return [new Int32Array(memory, 0, byteLength / 4), new Float64Array(memory, 0, byteLength / 8), Buffer.from(memory, 0, byteLength)];
}
