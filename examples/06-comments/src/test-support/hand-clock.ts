import type { Clock } from 'heddle';

/** Time that is up when the test says so. */
export class HandClock implements Clock {
  readonly #timers = new Set<() => void>();

  now(): number {
    return performance.now();
  }

  startTimer(_delayMs: number, callback: () => void): () => void {
    this.#timers.add(callback);
    return () => void this.#timers.delete(callback);
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** The time of all timers is up. */
  ring(): void {
    const due = [...this.#timers];
    this.#timers.clear();
    for (const callback of due) callback();
  }
}
