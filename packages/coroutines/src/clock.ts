import { startTimer } from '@heddle/futures/authors';

/** Where verbs that have to do with time take it from; a test can give one of its own. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /**
   * Calls back once, after `delayMs` milliseconds, never synchronously.
   *
   * @returns stops the timer; harmless afterwards
   */
  startTimer(delayMs: number, callback: () => void): () => void;
}

/** The time of `performance.now()`. */
export const systemClock: Clock = { now: () => performance.now(), startTimer };
