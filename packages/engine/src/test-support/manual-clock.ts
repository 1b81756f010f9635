import type { Clock, Timer } from '../waiting/clock.js';

interface ManualTimer extends Timer {
  readonly atMs: number;
  readonly callback: () => void;
  isReferenced: boolean;
}

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #now = 1000;
  readonly #timers = new Set<ManualTimer>();

  /** How many timers run. */
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
    const timer = this.setTimer(delayMs, callback);
    return () => {
      this.clearTimer(timer);
    };
  }

  setTimer(delayMs: number, callback: () => void): Timer {
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

  clearTimer(timer: Timer | undefined): void {
    this.#timers.delete(timer as ManualTimer);
  }

  afterMessages(callback: () => void): void {
    setImmediate(callback);
  }

  /** Lets time pass, timer by timer; what they wake has its turn before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#now + ms;
    await turn();
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.atMs);
      this.#timers.delete(due);
      due.callback();
      await turn();
    }
    this.#now = endMs;
  }

  /** Lets time pass without a turn in between, as when the event loop is blocked. */
  block(ms: number): void {
    this.#now += ms;
  }
}

/** Resolves when everything that is ready has run. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
