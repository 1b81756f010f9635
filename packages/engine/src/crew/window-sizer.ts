import type { EngineClock } from '../waiting/clock.js';
import { engineClock } from '../waiting/engine-clock.js';

/**
 * How much work a worker should have in flight, in milliseconds. It keeps the worker busy while a message goes to the
 * caller and back.
 */
const targetMs = 2;
/** Tasks that take longer than this are sent one at a time. */
const longMs = 20;
const most = 512;
/** How much unclaimed work is worth moving to a free worker: more than a message there and back costs. */
const lateMs = 0.5;

/** Decides how many tasks a worker has in flight, from a moving average of how long its recent tasks took. */
export class WindowSizer {
  readonly #clock: EngineClock;
  #averageMs: number | undefined;
  /** The time of the last results, or of the moment when an idle worker got work. */
  #silentSince = 0;

  constructor(clock: EngineClock = engineClock) {
    this.#clock = clock;
  }

  /** How many tasks the worker should have in flight: one until the first was measured. */
  get window(): number {
    const average = this.#averageMs;
    if (average === undefined || average >= longMs) return 1;
    return Math.max(2, Math.min(most, Math.ceil(targetMs / average)));
  }

  /**
   * Returns whether a worker has kept its unclaimed tasks waiting for longer than they should take. Free workers should
   * then get them.
   */
  isLate(unclaimed: number): boolean {
    const expectedMs = unclaimed * (this.#averageMs ?? 0);
    return expectedMs > lateMs || this.#clock.now() - this.#silentSince > lateMs;
  }

  /** An idle worker gets tasks. */
  begins(): void {
    this.#silentSince = this.#clock.now();
  }

  /** Returns whether no results have come for `durationMs` milliseconds, and no first task was sent. */
  isSilentFor(durationMs: number): boolean {
    return this.#clock.now() - this.#silentSince >= durationMs;
  }

  /** Updates the average with `count` tasks that took `busyMs` together. */
  measured(count: number, busyMs: number): void {
    const average = Math.max(busyMs / count, 1e-4);
    this.#silentSince = this.#clock.now();
    this.#averageMs = this.#averageMs === undefined ? average : (this.#averageMs + average) / 2;
  }
}
