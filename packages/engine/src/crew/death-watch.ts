import { deathLimitFor, type DeathLimit } from '../pool/pool-options.js';

/** Counts unexpected ends of workers within a period. */
export class DeathWatch {
  readonly #limit: DeathLimit | undefined;
  #times: number[] = [];

  /** @param limit - when none was given it follows from how many workers there may be */
  constructor(limit: DeathLimit | undefined) {
    this.#limit = limit;
  }

  /** @returns whether that was one too many */
  record(now: number, maxWorkers: number): boolean {
    const { maxDeaths, periodMs } = this.#limit ?? deathLimitFor(maxWorkers);
    this.#times = this.#times.filter((time) => now - time < periodMs);
    this.#times.push(now);
    return this.#times.length > maxDeaths;
  }
}
