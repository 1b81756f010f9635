import { TimeoutError } from '@heddle/futures';
import { abortSignal, checkOptions, durationMs, ofType, systemClock, type Clock } from '@heddle/futures/authors';
import { Branches, type Awaitable, type ValueOf } from '../gather/branches.js';
import { currentScope } from '../scopes/ambient.js';
import { cancelledBy, isCancellation } from '../scopes/cancelled-by.js';
import { Scope } from '../scopes/scope.js';

/** Options of {@link waitFor}. */
export interface WaitForOptions {
  /** Cancels the awaitable when it aborts, as the cancellation of the scope does. */
  signal?: AbortSignal;
  /**
   * How many milliseconds a cancelled task may take to end. After that the call returns without it, and a warning
   * (`HEDDLE_CANCELLATION_IGNORED`) names it.
   * @defaultValue 1000
   */
  graceMs?: number;
  /** Tells the time; for tests. @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const checks = { signal: abortSignal, graceMs: durationMs, clock: ofType('object') };

/**
 * Waits for a limited time, as `asyncio.wait_for`, and cancels the awaitable when the time is up. To limit only the wait, use
 * `future.result(timeoutMs)`.
 *
 * A cancelled coroutine is waited for, at most `graceMs` milliseconds. When it still returns a value or throws an error of its own, that is
 * the outcome. The task of an executor is aborted. A promise can't be cancelled and goes on.
 *
 * @param awaitable - a function, which is begun as a task, a future or a promise
 * @param timeoutMs - milliseconds; with 0 the outcome must be there already, and a function does not begin
 * @throws TimeoutError (`HEDDLE_TIMEOUT`), CancelledError (`HEDDLE_CANCELLED`); TypeError or RangeError for wrong arguments
 * @example
 * ```ts
 * import { sleep, waitFor } from '@heddle/coroutines';
 *
 * console.log(await waitFor(async () => 'in time', 1000)); // in time
 * console.log(await waitFor(() => sleep(60_000), 1).catch((error: Error) => error.name)); // TimeoutError
 * ```
 */
export async function waitFor<A extends Awaitable>(awaitable: A, timeoutMs: number, options?: WaitForOptions): Promise<ValueOf<A>> {
  durationMs(timeoutMs, 'waitFor: timeoutMs');
  checkOptions('waitFor', options, checks);
  const clock = options?.clock ?? systemClock;
  const scope = new Scope(currentScope(), undefined, false, options?.graceMs);
  const { signal, graceMs = scope.graceMs } = options ?? {};
  let stopTimer = (): void => undefined;
  const time = { isUp: false };
  try {
    if (signal !== undefined) scope.follow(signal, 'waitFor was cancelled by its signal');
    if (scope.error === undefined && timeoutMs === 0 && typeof awaitable === 'function')
      throw new TimeoutError('waitFor: with timeoutMs 0 a function is not begun');
    const branches = new Branches('waitFor', scope, [awaitable], graceMs);
    stopTimer = clock.startTimer(timeoutMs, () => {
      time.isUp = true;
      scope.cancel(cancelledBy(`waitFor cancelled this after ${String(timeoutMs)} ms`, undefined), Infinity);
    });
    await branches.until(() => true).catch(() => undefined); // the outcome of the branch is examined below
    const [outcome] = branches.outcomes;
    if (outcome?.failed === false) return outcome.value as ValueOf<A>;
    if (outcome !== undefined && !isCancellation(outcome.error, scope.error)) throw outcome.error;
    const cancelled = scope.parent?.error ?? (time.isUp ? undefined : scope.error);
    if (cancelled !== undefined) throw cancelled;
    throw new TimeoutError(`waitFor: it was not done after ${String(timeoutMs)} ms, and was cancelled`, {
      cause: outcome?.error ?? scope.error,
    });
  } finally {
    stopTimer();
    scope.close();
  }
}
