import type { DeathLimit } from './pool-options.js';

/** Counts unexpected ends of workers within a period. */
export class DeathWatch {
  readonly #limit: DeathLimit;
  #times: number[] = [];

  constructor(limit: DeathLimit) {
    this.#limit = limit;
  }

  /** @returns whether that was one too many */
  record(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time < this.#limit.periodMs);
    this.#times.push(now);
    return this.#times.length > this.#limit.maxDeaths;
  }
}
