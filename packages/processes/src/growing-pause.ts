/** The first pause between two looks, and the longest, in milliseconds. */
const firstPauseMs = 0.05;
const lastPauseMs = 1;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Pauses of a thread that looks again and again whether there is something, since nothing would wake it. */
export class GrowingPause {
  #pauseMs = firstPauseMs;
  #lastSeen = -1;

  /** @param seen - what there was when it last looked: as long as that is the same, pauses grow */
  pause(seen: number, mostMs: number): void {
    this.#pauseMs = seen === this.#lastSeen ? Math.min(lastPauseMs, this.#pauseMs * 1.25) : firstPauseMs;
    this.#lastSeen = seen;
    Atomics.wait(never, 0, 0, Math.min(this.#pauseMs, mostMs));
  }
}
