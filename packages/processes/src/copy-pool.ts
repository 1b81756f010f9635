/**
 * Makes copies of large buffers on their way out. It keeps the memory of a copy for a moment, for the next one, because getting new memory
 * from the system costs more than copying.
 */

/** The most bytes that are kept. */
const mostKept = 128 * 2 ** 20;
/** How long unused memory is kept, in milliseconds. */
const keptMs = 500;

export class CopyPool {
  #free: ArrayBuffer[] = [];
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** How many bytes are kept now. */
  get size(): number {
    return this.#size;
  }

  /** @returns a copy; give it back by `release` when it is not needed any more */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= bytes.length && byteLength <= 2 * bytes.length);
    const [kept] = at < 0 ? [] : this.#free.splice(at, 1);
    if (kept !== undefined) this.#size -= kept.byteLength;
    const copy = new Uint8Array(kept ?? Buffer.allocUnsafeSlow(bytes.length).buffer, 0, bytes.length);
    copy.set(bytes);
    return copy;
  }

  release({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (this.#size + buffer.byteLength > mostKept) return;
    this.#free.push(buffer);
    this.#size += buffer.byteLength;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#clear();
    }, keptMs).unref();
  }

  #clear(): void {
    this.#free = [];
    this.#size = 0;
  }
}
