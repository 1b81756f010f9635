import { startTimer } from './timers.js';

/** Tells the time and starts timers. Functions that depend on time accept one, so that a test can pass its own. */
export interface Clock {
  /** Milliseconds since an arbitrary moment. The value never decreases. */
  now(): number;
  /**
   * Calls back once, after `delayMs` milliseconds, and never synchronously.
   *
   * @param delayMs - milliseconds, 0 or more; `Infinity` never calls back
   * @returns a function that stops the timer; it does nothing after the callback
   */
  startTimer(delayMs: number, callback: () => void): () => void;
}

/** The time of `performance.now()`, and the platform's timers. */
export const systemClock: Clock = { now: () => performance.now(), startTimer };
