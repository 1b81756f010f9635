/**
 * Waits for the next message without going to sleep: waking a halted core costs more than all the rest of a round trip.
 * An idle worker watches the doorbell in shared memory for some tens of microseconds, and then parks in its event loop.
 * It spins only
 * - alone: one idle worker of a pool at a time;
 * - on a core that no other thread needs: callers and busy workers are fewer than cores, and no gap in its own polling
 *   shows that the system took the core away;
 * - while it pays: messages have been arriving that soon, and sooner than without spinning (spin-choice.ts).
 */
import type { Watchable } from '../protocol/ledger.js';
import type { TimeSource } from '../waiting/clock.js';
import { SpinChoice } from '../waiting/spin-choice.js';

const spinMs = 0.05;
/** A gap this long between two looks at the clock means that the system took the core away. */
const preemptedMs = 0.1;
const mostCredit = 8;
/** Spinning would have caught messages that come this soon after the last task. */
const soonMs = 0.15;
/** How many spins the worker leaves out after the core was taken away, as negative credit. */
const penalty = -32;

export class Spinner {
  readonly #ledger: Watchable;
  readonly #clock: TimeSource;
  readonly #choice = new SpinChoice();
  #credit = 2;
  #idleSince = 0;

  constructor(ledger: Watchable, clock: TimeSource) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** The present value of the doorbell. Read it before you look for messages. */
  bell(): number {
    return this.#ledger.bell();
  }

  /** A message has come through the event loop. If spinning would have caught it, the credit grows. */
  woke(): void {
    if (this.#idleSince === 0) return;
    const now = this.#clock.now();
    const soon = now - this.#idleSince < soonMs;
    this.#choice.waitEnded(now);
    this.#idleSince = 0;
    if (soon && this.#credit < mostCredit) this.#credit += 1;
  }

  /**
   * Watches for the bell to ring.
   *
   * @param seen - the value of the bell when there was nothing to do
   * @returns whether it rang
   */
  wait(seen: number): boolean {
    const startedAt = this.#clock.now();
    this.#idleSince = startedAt;
    if (this.#credit <= 0 || !this.#choice.shouldSpin(startedAt)) return false;
    if (!this.#ledger.startSpinning()) {
      this.#choice.couldNotSpin();
      return false;
    }
    const rang = this.#spin(seen, startedAt);
    this.#ledger.stopSpinning();
    if (rang) {
      this.#choice.waitEnded(this.#clock.now());
      this.#idleSince = 0;
    }
    return rang;
  }

  #spin(seen: number, startedAt: number): boolean {
    const { pollsPerLook } = this.#ledger;
    for (let now = startedAt; ;) {
      for (let i = 0; i < pollsPerLook; i++) {
        if (this.#ledger.bell() === seen) continue;
        if (this.#credit < mostCredit) this.#credit += 1;
        return true;
      }
      const then = now;
      now = this.#clock.now();
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
}
