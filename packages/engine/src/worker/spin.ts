/**
 * Waiting for the next message without going to sleep: waking a halted core costs more than everything else of a
 * round trip. An idle worker watches the doorbell in shared memory for some tens of microseconds, and then parks in
 * its event loop. It spins only
 * - alone: one idle worker of a pool at a time;
 * - on a core that nobody needs: callers and busy workers are fewer than cores, and no gap in its own polling betrays
 *   that the system took the core away;
 * - while it pays: work has been arriving that soon.
 */
import * as control from '../control.js';

const spinMs = 0.05;
/** Polls of the doorbell between two looks at the clock. */
const polls = 100;
/** A gap this long between two looks at the clock means that the core was taken away. */
const preemptedMs = 0.1;
const mostCredit = 8;
/** Messages that come this soon after the last task would have been caught by spinning. */
const soonMs = 0.15;
/** Spins to leave out after the core was taken away. */
const penalty = -32;

export class Spinner {
  readonly #words: Int32Array;
  readonly #pool: Int32Array;
  #credit = 2;
  #idleSince = 0;

  constructor(words: Int32Array, pool: Int32Array) {
    this.#words = words;
    this.#pool = pool;
  }

  /** The doorbell now; read it before looking for messages. */
  bell(): number {
    return Atomics.load(this.#words, control.doorbell);
  }

  /** A message came through the event loop: would spinning have caught it? */
  woke(): void {
    if (this.#idleSince === 0) return;
    const soon = performance.now() - this.#idleSince < soonMs;
    this.#idleSince = 0;
    if (soon && this.#credit < mostCredit) this.#credit += 1;
  }

  /**
   * Watches for the bell to ring.
   *
   * @param seen - the bell when there was nothing to do
   * @returns whether it rang
   */
  wait(seen: number): boolean {
    const startedAt = performance.now();
    this.#idleSince = startedAt;
    if (this.#credit <= 0 || !this.#coreIsFree()) return false;
    if (Atomics.compareExchange(this.#pool, control.spinner, 0, 1) !== 0) return false;
    const rang = this.#spin(seen, startedAt);
    Atomics.store(this.#pool, control.spinner, 0);
    if (rang) this.#idleSince = 0;
    return rang;
  }

  #spin(seen: number, startedAt: number): boolean {
    for (let now = startedAt; ; ) {
      for (let i = 0; i < polls; i++) {
        if (Atomics.load(this.#words, control.doorbell) === seen) continue;
        if (this.#credit < mostCredit) this.#credit += 1;
        return true;
      }
      const then = now;
      now = performance.now();
      if (now - then > preemptedMs) {
        this.#credit = penalty;
        return false;
      }
      if (now - startedAt > spinMs) {
        this.#credit -= 1;
        return false;
      }
    }
  }

  /** Whether the caller, the busy workers and this one fit on the cores. */
  #coreIsFree(): boolean {
    return Atomics.load(this.#pool, control.busyWorkers) + 2 <= Atomics.load(this.#pool, control.cores);
  }
}
