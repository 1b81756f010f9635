/**
 * Notices a frame that never arrives whole. Its head was written by other code, and announced more bytes than come, so all later frames
 * would be taken for its rest. A sender writes a frame without a pause, so silence within a frame means that it is broken.
 */
import { SerializationError } from '@heddle/futures/errors';
import { isStopped } from './process-fate.js';

/** A process that is short of memory may pause for long between two writes. */
const mostSilenceMs = 5000;

export class FrameWatch {
  readonly #pid: () => number | undefined;
  readonly #onSilence: (error: SerializationError) => void;
  /** The time (performance.now()) of the last bytes of a frame that is not whole. */
  #heardAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onSilence - called when the stream can't be used any more */
  constructor(pid: () => number | undefined, onSilence: (error: SerializationError) => void) {
    this.#pid = pid;
    this.#onSilence = onSilence;
  }

  /** Called when bytes have come. */
  heard(isBetweenFrames: boolean): void {
    if (isBetweenFrames) {
      this.#heardAt = undefined;
      return;
    }
    this.#heardAt = performance.now();
    this.#start(mostSilenceMs);
  }

  /** Checks now, rather than from the event loop. */
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

  /**
   * Starts one timer for any number of pieces. It does not keep the program alive, which is left to the callers that wait for the process.
   */
  #start(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.check();
      if (this.#heardAt !== undefined) this.#start(Math.max(1, this.#heardAt + mostSilenceMs - performance.now()));
    }, delayMs).unref();
  }
}
