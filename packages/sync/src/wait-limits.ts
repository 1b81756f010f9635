import { StopSignals, abortSignal, checkOptions, durationMs } from '@heddle/futures/authors';

/** How long an operation may wait, and what ends it besides: the cancellation of the scope or the abort of the task it is called in. */
export interface WaitLimits {
  /** Milliseconds; 0 doesn't wait at all. @defaultValue no limit */
  timeoutMs?: number;
  /** Aborted, the operation fails with AbortError, and has had no effect. */
  signal?: AbortSignal;
}

const checks = { timeoutMs: durationMs, signal: abortSignal };

/**
 * Checks what an operation that awaits was given.
 *
 * @returns what may end the operation from outside: its signal, and that of the scope or task it is called in
 * @throws TypeError, RangeError; AbortError when one of the signals has aborted, or the CancelledError of the scope
 */
export function checkLimits(method: string, limits: WaitLimits | undefined): StopSignals {
  if (limits !== undefined) checkOptions(method, limits, checks);
  const stop = new StopSignals(method, limits?.signal);
  stop.check();
  return stop;
}

/** Checks what an operation that blocks was given. @throws TypeError, RangeError */
export function checkTimeout(method: string, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined) durationMs(timeoutMs, `${method}: timeoutMs`);
}
