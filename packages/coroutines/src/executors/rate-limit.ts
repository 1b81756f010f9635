import { show, type OptionCheck } from '@heddle/futures/authors';
import type { Clock } from '../clock.js';

/** A check of the option `perSecond`. */
export const rateCheck: OptionCheck = (value, label) => {
  if (typeof value !== 'number') throw new TypeError(`${label} must be a number, got ${show(value)}`);
  if (!(value > 0)) throw new RangeError(`${label} must be greater than 0, got ${show(value)}`);
};

/**
 * So many starts in any second, wherever that second begins: the times of the last ones, in a ring.
 *
 *   #times  [ 40 55 10 32 ]     4 a second, at time 60: the fifth may start at 1010, a second after the
 *                  ▲ #oldest     one whose place it takes
 *
 * A rate that is no whole number has a window that isn't a second: 2.5 a second are 2 in 800 ms, 0.5 are 1 in 2000 ms.
 */
export class RateLimit {
  readonly #times: Float64Array;
  readonly #windowMs: number;
  readonly #clock: Clock;
  #oldest = 0;

  constructor(perSecond: number, clock: Clock) {
    const count = Math.max(1, Math.floor(perSecond));
    this.#windowMs = (count / perSecond) * 1000;
    this.#times = new Float64Array(count).fill(-Infinity);
    this.#clock = clock;
  }

  /** Milliseconds until one more may start; 0: now. */
  waitMs(): number {
    const oldest = this.#times[this.#oldest] ?? -Infinity;
    return Math.max(0, oldest + this.#windowMs - this.#clock.now());
  }

  /** One starts. */
  take(): void {
    this.#times[this.#oldest] = this.#clock.now();
    this.#oldest = (this.#oldest + 1) % this.#times.length;
  }
}
