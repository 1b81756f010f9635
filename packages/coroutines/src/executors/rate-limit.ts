import { show, type OptionCheck, type Clock } from '@heddle/futures/authors';

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
  /** It grows to its full length as starts come. */
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

  /** Milliseconds until one more may start; 0: now. */
  waitMs(): number {
    const oldest = this.#times[this.#oldest];
    return oldest === undefined || this.#times.length < this.#count ? 0 : Math.max(0, oldest + this.#windowMs - this.#clock.now());
  }

  /** One starts. */
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
