import type { Clock } from '@heddle/futures/authors';

/** A timer that was started and has neither fired nor been stopped. */
interface ManualTimer {
  readonly atMs: number;
  readonly callback: () => void;
  isReferenced: boolean;
  ref(): unknown;
  unref(): unknown;
}

/**
 * Time that passes only when the test advances it.
 *
 * It is also a clock for the parts of `@heddle/engine`, which additionally use `setTimer`, `clearTimer` and `afterMessages`.
 */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<ManualTimer>();

  /** How many timers have neither fired nor been stopped. */
  get timers(): number {
    return this.#timers.size;
  }

  /** How many of them keep the program alive. */
  get referenced(): number {
    return [...this.#timers].filter(({ isReferenced }) => isReferenced).length;
  }

  now(): number {
    return this.#now;
  }

  startTimer(delayMs: number, callback: () => void): () => void {
    if (delayMs === Infinity) return () => undefined;
    const timer = this.#add(delayMs, callback);
    return () => void this.#timers.delete(timer);
  }

  setTimer(delayMs: number, callback: () => void): { ref(): unknown; unref(): unknown } {
    return this.#add(delayMs, callback);
  }

  clearTimer(timer: { ref(): unknown; unref(): unknown } | undefined): void {
    this.#timers.delete(timer as ManualTimer);
  }

  afterMessages(callback: () => void): void {
    setImmediate(callback);
  }

  /** Advances the time, timer by timer. After each timer, everything that it made ready runs before the next one fires. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#now + ms;
    await turn();
    while (this.#fireNext(endMs)) await turn();
    this.#now = endMs;
  }

  /** Advances the time, timer by timer, and returns before the event loop has had a turn. */
  advanceSync(ms: number): void {
    const endMs = this.#now + ms;
    while (this.#fireNext(endMs));
    this.#now = endMs;
  }

  /** Advances the time and fires no timer, as when the event loop is blocked. */
  block(ms: number): void {
    this.#now += ms;
  }

  #add(delayMs: number, callback: () => void): ManualTimer {
    const timer: ManualTimer = {
      atMs: this.#now + delayMs,
      callback,
      isReferenced: true,
      ref: () => (timer.isReferenced = true),
      unref: () => (timer.isReferenced = false),
    };
    this.#timers.add(timer);
    return timer;
  }

  /** Fires the earliest timer that is due by `endMs`. @returns whether there was one */
  #fireNext(endMs: number): boolean {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
    if (due === undefined) return false;
    this.#now = Math.max(this.#now, due.atMs);
    this.#timers.delete(due);
    due.callback();
    return true;
  }
}

/** Resolves when everything that is ready has run. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
