import { abortSignal, checkOptions, type Clock } from '@heddle/futures/authors';
import { runIn } from '../scopes/ambient.js';
import { runUnderSignal } from '../scopes/run-body.js';
import { checkCoroutineFunction } from '../tasks/create-task.js';
import { delayAfter, policyChecks, type Backoff } from './backoff.js';
import { sleepIn } from './sleep.js';

/** Options of {@link retry}. */
export interface RetryOptions extends Backoff {
  /**
   * How often it is tried at most; `Infinity` is allowed.
   * @defaultValue 3
   */
  attempts?: number;
  /**
   * Whether to try again after this error; what it throws is thrown.
   * @defaultValue always
   */
  retryIf?: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>;
  /** Ends it when it aborts, as the scope's cancellation does. */
  signal?: AbortSignal;
  /** @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const checks = { ...policyChecks, signal: abortSignal };

/**
 * Calls `fn` until it succeeds, with a growing, scattered delay in between (exponential backoff with jitter).
 *
 * @param fn - gets the number of the attempt, from 1 on; it runs in the scope of the call
 * @throws what `fn` threw last; CancelledError (`HEDDLE_CANCELLED`), at once, when the scope is cancelled; TypeError or RangeError for a
 *   wrong option
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
