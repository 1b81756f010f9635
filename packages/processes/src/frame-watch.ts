/**
 * A frame that never arrives whole: its head was written by something else, which has announced more bytes than come. All that its
 * process sends afterwards would be taken for the rest of it. Who sends a frame writes without a pause, so silence within one tells.
 */
import { SerializationError } from '@heddle/futures/errors';
import { isStopped } from './process-fate.js';

/** A process that is short of memory may take long between two writes. */
const mostSilenceMs = 5000;

export class FrameWatch {
  readonly #pid: () => number | undefined;
  readonly #onSilence: (error: SerializationError) => void;
  /** performance.now() of the last bytes of a frame that is not whole. */
  #heardAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onSilence - the stream is of no use any more */
  constructor(pid: () => number | undefined, onSilence: (error: SerializationError) => void) {
    this.#pid = pid;
    this.#onSilence = onSilence;
  }

  /** Bytes have come. */
  heard(isBetweenFrames: boolean): void {
    if (isBetweenFrames) {
      this.#heardAt = undefined;
      return;
    }
    this.#heardAt = performance.now();
    this.#start(mostSilenceMs);
  }

  /** Looks now rather than from the event loop. */
  check(): void {
    if (this.#heardAt === undefined) return;
    const leftMs = this.#heardAt + mostSilenceMs - performance.now();
    if (leftMs > 0) return;
    const pid = this.#pid();
    if (pid !== undefined && isStopped(pid)) {
      this.#heardAt = performance.now();
      return;
    }
    this.#heardAt = undefined;
    this.#onSilence(
      new SerializationError(
        `the bytes that arrived are garbled: a frame was begun, and nothing more of it came for ${String(mostSilenceMs)} ms; did a task write to a descriptor that isn't its own?`,
      ),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#heardAt = undefined;
  }

  /** One timer for any number of pieces. It keeps no program alive: who waits for the process does. */
  #start(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.check();
      if (this.#heardAt !== undefined) this.#start(Math.max(1, this.#heardAt + mostSilenceMs - performance.now()));
    }, delayMs).unref();
  }
}
