import { show, type OptionCheck, type Clock } from '@heddle/futures/authors';

/** A check of the option `perSecond`. */
export const rateCheck: OptionCheck = (value, label) => {
  if (typeof value !== 'number') throw new TypeError(`${label} must be a number, got ${show(value)}`);
  if (!(value > 0)) throw new RangeError(`${label} must be greater than 0, got ${show(value)}`);
};

/**
 * Limits the starts in any second, wherever that second begins. A ring holds the times of the last starts.
 *
 *   #times  [ 40 55 10 32 ]     4 per second, at time 60: the fifth may start at 1010, a second after the
 *                  ▲ #oldest     start whose entry it replaces
 *
 * A rate that is not a whole number has a window that is not a second: 2.5 per second are 2 in 800 ms, 0.5 are 1 in 2000 ms.
 */
export class RateLimit {
  /** Grows to its full length with the first starts. */
  readonly #times: number[] = [];
  readonly #count: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  #oldest = 0;

  constructor(perSecond: number, clock: Clock) {
    this.#count = Math.max(1, Math.floor(perSecond));
    this.#windowMs = (this.#count / perSecond) * 1000;
    this.#clock = clock;
  }

  /** Milliseconds until one more start is allowed; 0 when it is allowed now. */
  waitMs(): number {
    const oldest = this.#times[this.#oldest];
    return oldest === undefined || this.#times.length < this.#count ? 0 : Math.max(0, oldest + this.#windowMs - this.#clock.now());
  }

  /** Notes a start. */
  take(): void {
    const now = this.#clock.now();
    if (this.#times.length < this.#count) {
      this.#times.push(now);
      return;
    }
    this.#times[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.#count;
  }
}
