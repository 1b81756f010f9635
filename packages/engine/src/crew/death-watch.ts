/** How many crashes of workers an executor tolerates before it breaks (OTP's restart intensity). */
export interface DeathLimit {
  /** How many crashes are allowed within the period. */
  readonly maxDeaths: number;
  readonly periodMs: number;
}

/** The default death limit of an executor. */
export function deathLimitFor(maxWorkers: number): DeathLimit {
  return { maxDeaths: Math.max(10, 5 * maxWorkers), periodMs: 10_000 };
}

/** Counts the crashes of workers within a period. */
export class DeathWatch {
  readonly #limit: DeathLimit | undefined;
  #times: number[] = [];

  /** @param limit - by default 10, or 5 for each worker if that is more, within ten seconds */
  constructor(limit: DeathLimit | undefined) {
    this.#limit = limit;
  }

  /** Records a crash. @returns whether the limit is now exceeded */
  record(now: number, maxWorkers: number): boolean {
    const { maxDeaths, periodMs } = this.#limit ?? deathLimitFor(maxWorkers);
    this.#times = this.#times.filter((time) => now - time < periodMs);
    this.#times.push(now);
    return this.#times.length > maxDeaths;
  }
}
