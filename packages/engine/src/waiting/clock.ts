/**
 * Where the engine takes time from. A test gives it a clock of its own, by hand; everybody else has the platform's.
 * A part of the engine gets its clock once, when it is made: reading it costs a call and no more.
 * The platform's stands in a file of its own, since a worker needs no timers, and loads as little as it can.
 */

/** A timer that has not gone off. */
export interface Timer {
  /** It keeps the program alive. */
  ref(): unknown;
  /** It doesn't. */
  unref(): unknown;
}

/** Tells time. */
export interface TimeSource {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
}

/** Tells time, and calls back when some has passed. */
export interface Clock extends TimeSource {
  /**
   * Calls back once, after `delayMs` milliseconds, never synchronously. The delay may be any, `Infinity` included.
   *
   * @returns stops the timer; harmless afterwards
   */
  startTimer(delayMs: number, callback: () => void): () => void;
  /** As `startTimer`, for a delay below 2 ** 31. It makes no closure, and can stop keeping the program alive. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /** Stops a timer of `setTimer`; harmless afterwards. */
  clearTimer(timer: Timer | undefined): void;
  /** Calls back when the messages that are there already have been told. */
  afterMessages(callback: () => void): void;
}

/** The time of `performance.now()`. */
export const systemTime: TimeSource = { now: () => performance.now() };
