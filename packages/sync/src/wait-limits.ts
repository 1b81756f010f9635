import { abortSignal, checkOptions, durationMs } from '@heddle/futures/authors';
import { AbortError } from '@heddle/futures/errors';

/** How long an operation may wait. */
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
 * @throws TypeError, RangeError; AbortError when its signal has aborted
 */
export function checkLimits(method: string, limits: WaitLimits | undefined): void {
  if (limits === undefined) return;
  checkOptions(method, limits, checks);
  if (limits.signal?.aborted === true) throw new AbortError(`${method} was aborted`, { cause: limits.signal.reason });
}

/** Checks what an operation that blocks was given. @throws TypeError, RangeError */
export function checkTimeout(method: string, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined) durationMs(timeoutMs, `${method}: timeoutMs`);
}
