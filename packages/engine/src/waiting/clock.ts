/**
 * The source of time for the engine: the platform's clock, or in a test a clock that the test advances. Each part of
 * the engine gets its clock when it is made, so reading the time costs one call. The platform's clock with timers has a
 * file of its own, since a worker uses no timers and should load as little as possible.
 */
import type { Clock } from '@heddle/futures/authors';

/** A timer that has not fired. */
export interface Timer {
  /** Makes the timer keep the program alive. */
  ref(): unknown;
  /** Makes the timer no longer keep the program alive. */
  unref(): unknown;
}

/** The part of a clock that tells the time. */
export type TimeSource = Pick<Clock, 'now'>;

/** The clock of the caller's side. It also has cheap timers, and can wait until messages have been delivered. */
export interface EngineClock extends Clock {
  /**
   * As `startTimer`, for a delay below 2 ** 31. It makes no closure, and the timer can stop keeping the program alive.
   */
  setTimer(delayMs: number, callback: () => void): Timer;
  /** Stops a timer of `setTimer`. It does nothing after the timer has fired. */
  clearTimer(timer: Timer | undefined): void;
  /** Calls `callback` when the messages that have already arrived have been delivered. */
  afterMessages(callback: () => void): void;
}

/** The time of `performance.now()`. */
export const systemTime: TimeSource = { now: () => performance.now() };
