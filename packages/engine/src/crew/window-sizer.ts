import type { EngineClock } from '../waiting/clock.js';
import { engineClock } from '../waiting/engine-clock.js';

/** Work a worker should have in flight, in milliseconds: enough to keep it busy while a message goes to and fro. */
const targetMs = 2;
/** Tasks that take longer are sent one at a time. */
const longMs = 20;
const most = 512;
/** Unclaimed work worth moving to a free worker: more than a message to and fro costs. */
const lateMs = 0.5;

/** Decides how many tasks a worker has in flight, from how long its recent ones took: an average that forgets. */
export class WindowSizer {
  readonly #clock: EngineClock;
  #averageMs: number | undefined;
  /** Since when something could have been heard. */
  #silentSince = 0;

  constructor(clock: EngineClock = engineClock) {
    this.#clock = clock;
  }

  /** Tasks to have in flight; one until the first is measured. */
  get window(): number {
    const average = this.#averageMs;
    if (average === undefined || average >= longMs) return 1;
    return Math.max(2, Math.min(most, Math.ceil(targetMs / average)));
  }

  /**
   * Whether a worker has kept its unclaimed tasks waiting for longer than they should take, so that free workers had
   * better have them.
   */
  isLate(unclaimed: number): boolean {
    const expectedMs = unclaimed * (this.#averageMs ?? 0);
    return expectedMs > lateMs || this.#clock.now() - this.#silentSince > lateMs;
  }

  /** An idle worker gets something to do. */
  begins(): void {
    this.#silentSince = this.#clock.now();
  }

  /** Whether nothing has been measured for so long, in milliseconds. */
  isSilentFor(durationMs: number): boolean {
    return this.#clock.now() - this.#silentSince >= durationMs;
  }

  /** Learns from `count` tasks that took `busyMs` together. */
  measured(count: number, busyMs: number): void {
    const average = Math.max(busyMs / count, 1e-4);
    this.#silentSince = this.#clock.now();
    this.#averageMs = this.#averageMs === undefined ? average : (this.#averageMs + average) / 2;
  }
}
