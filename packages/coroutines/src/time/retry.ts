import { abortSignal, checkOptions, type Clock } from '@heddle/futures/authors';
import { runIn } from '../scopes/ambient.js';
import { runUnderSignal } from '../scopes/run-body.js';
import { checkCoroutineFunction } from '../tasks/create-task.js';
import { delayAfter, policyChecks, type Backoff } from './backoff.js';
import { sleepIn } from './sleep.js';

/** Options of {@link retry}. */
export interface RetryOptions extends Backoff {
  /**
   * How many times `fn` is called at most; `Infinity` is allowed.
   * @defaultValue 3
   */
  attempts?: number;
  /**
   * Decides whether to try again after this error. When it throws, `retry` throws that error.
   * @defaultValue always
   */
  retryIf?: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>;
  /** Cancels the call when it aborts, as the cancellation of the scope does. */
  signal?: AbortSignal;
  /** Tells the time; for tests. @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const checks = { ...policyChecks, signal: abortSignal };

/**
 * Calls `fn` until it succeeds, with delays that grow and are randomised (exponential backoff with jitter).
 *
 * @param fn - gets the number of the attempt, from 1; it runs in the scope of the call
 * @throws the last error of `fn`; CancelledError (`HEDDLE_CANCELLED`), at once, when the scope is cancelled; TypeError or RangeError
 *   for a wrong option
 * @example
 * ```ts
 * import { retry } from '@heddle/coroutines';
 *
 * const value = await retry(async (attempt) => {
 *   if (attempt < 3) throw new Error('not yet');
 *   return `attempt ${attempt}`;
 * }, { delayMs: 1 });
 * console.log(value); // attempt 3
 * ```
 */
export async function retry<T>(fn: (attempt: number) => T, options?: RetryOptions): Promise<Awaited<T>> {
  checkCoroutineFunction('retry', fn);
  checkOptions('retry', options, checks);
  const { attempts = 3, retryIf = (): boolean => true } = options ?? {};
  return await runUnderSignal('retry', options?.signal, async (scope) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await (scope === undefined ? fn(attempt) : runIn(scope, () => fn(attempt)));
      } catch (error) {
        if (scope?.error !== undefined || attempt >= attempts || !(await retryIf(error, attempt))) throw error;
      }
      await sleepIn(delayAfter(attempt, options ?? {}), options?.clock, scope);
    }
  });
}
