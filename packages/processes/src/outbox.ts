/**
 * Bytes on their way to a worker. They are written at once, as far as the pipe takes them; what is left waits here, and not in
 * Node's stream, which writes from the event loop only: a caller that blocks has none.
 *
 *   write ──▶ pipe ──full──▶ waiting ──ask for room──▶ (the worker reads, and sends a byte back) ──▶ flush ──▶ pipe
 *
 * Invariant: while something waits, room has been asked for and the pipe was full afterwards: so the worker has yet to read, and
 * will see that it was asked.
 */
import { withoutStack } from './without-stack.js';

/** Bytes that wait; `release` is called when they have left. */
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
   * @param pipe - writes without waiting; answers how many bytes it took, or throws EAGAIN
   * @param askForRoom - has the worker tell when it has read
   */
  constructor(pipe: (bytes: Uint8Array) => number, askForRoom: () => void) {
    this.#pipe = pipe;
    this.#askForRoom = askForRoom;
  }

  /** Whether all has left. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Sends bytes behind those before.
   *
   * @param keep - makes bytes that have to wait independent of what their owner does to them, with what is to be called when
   *   they have left; without it they are nobody else's
   */
  write(bytes: Uint8Array, keep?: (rest: Uint8Array) => Waiting): void {
    const count = this.isEmpty ? this.#put(bytes) : 0;
    if (count === bytes.length || this.#isClosed) return;
    const rest = bytes.subarray(count);
    this.#waiting.push(keep?.(rest) ?? { bytes: rest, release: undefined });
    if (this.#waiting.length === 1) this.flush();
  }

  /** Sends what waits, as far as there is room. */
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
        this.#askForRoom(); // and then look once more: room may have been made just before
        hasAsked = true;
      } else if (count === 0) return;
    }
  }

  /** Nobody reads any more. */
  close(): void {
    this.#isClosed = true;
    for (const { release } of this.#waiting.splice(0)) release?.();
  }

  /** @returns how many bytes the pipe took */
  #put(bytes: Uint8Array): number {
    try {
      return withoutStack(() => this.#pipe(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.close(); // it has ended, which it tells in other ways
      return 0;
    }
  }
}
