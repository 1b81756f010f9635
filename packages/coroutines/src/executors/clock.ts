import { show, startTimer, type OptionCheck } from '@heddle/futures/authors';

/** Where time comes from: the platform, or a test that makes it pass. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /**
   * Calls back once, `delayMs` milliseconds from now.
   *
   * @returns stops it; harmless afterwards
   */
  startTimer(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = { now: () => performance.now(), startTimer };

/** A check of the option `clock`. */
export const clockCheck: OptionCheck = (value, label) => {
  const clock = value as Partial<Clock> | null;
  if (typeof clock?.now !== 'function' || typeof clock.startTimer !== 'function') {
    throw new TypeError(`${label} must have now() and startTimer(delayMs, callback), got ${show(value)}`);
  }
};
