/** The first pause between two checks, and the longest, in milliseconds. */
const firstPauseMs = 0.05;
const lastPauseMs = 1;
const never = new Int32Array(new SharedArrayBuffer(4));

/** The pauses of a thread that checks for something again and again, because nothing would wake it. */
export class GrowingPause {
  #pauseMs = firstPauseMs;
  #lastSeen = -1;

  /** @param seen - the state that the last check found: pauses grow as long as it stays the same */
  pause(seen: number, mostMs: number): void {
    this.#pauseMs = seen === this.#lastSeen ? Math.min(lastPauseMs, this.#pauseMs * 1.25) : firstPauseMs;
    this.#lastSeen = seen;
    Atomics.wait(never, 0, 0, Math.min(this.#pauseMs, mostMs));
  }
}
