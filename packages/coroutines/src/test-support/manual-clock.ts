import type { Clock } from '../clock.js';

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  startTimer(delayMs: number, callback: () => void): () => void {
    if (delayMs === Infinity) return () => undefined;
    const timer = { atMs: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
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
