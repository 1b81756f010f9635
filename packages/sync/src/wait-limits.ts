import { StopSignals, abortSignal, checkOptions, durationMs } from '@heddle/futures/authors';

/**
 * Limits how long an operation may wait. The cancellation of the scope, or the abort of the task, in which it is called ends the wait too.
 */
export interface WaitLimits {
  /** Milliseconds to wait; 0 means that the operation doesn't wait at all. @defaultValue no limit */
  timeoutMs?: number;
  /** When the signal aborts, the operation fails with AbortError and has had no effect. */
  signal?: AbortSignal;
}

const checks = { timeoutMs: durationMs, signal: abortSignal };

/**
 * Checks the options of an operation that awaits.
 *
 * @returns the signals that may end the operation: its own, and that of the scope or task in which it is called
 * @throws TypeError, RangeError; AbortError when one of the signals has aborted, or the CancelledError of the scope
 */
export function checkLimits(method: string, limits: WaitLimits | undefined): StopSignals {
  if (limits !== undefined) checkOptions(method, limits, checks);
  const stop = new StopSignals(method, limits?.signal);
  stop.check();
  return stop;
}

/** Checks the time limit of an operation that blocks. @throws TypeError, RangeError */
export function checkTimeout(method: string, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined) durationMs(timeoutMs, `${method}: timeoutMs`);
}
