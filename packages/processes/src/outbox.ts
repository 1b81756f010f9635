/**
 * The bytes on their way to a worker. They are written at once, as far as the pipe takes them. The rest waits here, and not in Node's
 * stream: that writes only from the event loop, which a caller that blocks does not have.
 *
 *   write ──▶ pipe ──full──▶ waiting ──ask for room──▶ (the worker reads, and sends a byte back) ──▶ flush ──▶ pipe
 *
 * Invariant: while bytes wait, room has been asked for, and the pipe was full after that. So the worker has yet to read, and will see that
 * it was asked.
 */
import { withoutStack } from './without-stack.js';

/** Bytes that wait; `release` is called once they have left. */
interface Waiting {
  bytes: Uint8Array;
  readonly release: (() => void) | undefined;
}

export class Outbox {
  readonly #pipe: (bytes: Uint8Array) => number;
  readonly #askForRoom: () => void;
  readonly #waiting: Waiting[] = [];
  #isClosed = false;
  /** Changes whenever bytes leave that had to wait. */
  progress = 0;

  /**
   * @param pipe - writes without waiting; returns how many bytes it took, or throws EAGAIN
   * @param askForRoom - makes the worker report its next read
   */
  constructor(pipe: (bytes: Uint8Array) => number, askForRoom: () => void) {
    this.#pipe = pipe;
    this.#askForRoom = askForRoom;
  }

  /** True when no bytes wait. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Sends bytes after all earlier ones.
   *
   * @param keep - makes the bytes that have to wait independent of what their owner does to them, and returns them with their `release`.
   *   Without it, nothing else may use the bytes
   */
  write(bytes: Uint8Array, keep?: (rest: Uint8Array) => Waiting): void {
    const count = this.isEmpty ? this.#put(bytes) : 0;
    if (count === bytes.length || this.#isClosed) return;
    const rest = bytes.subarray(count);
    this.#waiting.push(keep?.(rest) ?? { bytes: rest, release: undefined });
    if (this.#waiting.length === 1) this.flush();
  }

  /** Sends the bytes that wait, as far as there is room. */
  flush(): void {
    let hasAsked = false;
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const count = this.#put(next.bytes);
      if (this.#isClosed) return;
      if (count > 0) this.progress += 1;
      next.bytes = next.bytes.subarray(count);
      if (next.bytes.length === 0) {
        next.release?.();
        this.#waiting.shift();
      } else if (!hasAsked) {
        this.#askForRoom(); // Then write once more, since the worker may have made room just before.
        hasAsked = true;
      } else if (count === 0) return;
    }
  }

  /** Drops the bytes that wait, since nobody reads any more. */
  close(): void {
    this.#isClosed = true;
    for (const { release } of this.#waiting.splice(0)) release?.();
  }

  /** @returns how many bytes the pipe took */
  #put(bytes: Uint8Array): number {
    try {
      return withoutStack(() => this.#pipe(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.close(); // The pipe has ended, which is reported elsewhere.
      return 0;
    }
  }
}
