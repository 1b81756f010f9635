import { abortSignal, checkOptions, durationMs, finiteNumber, integerFrom, ofType, oneOf, type OptionCheck } from '@heddle/futures/authors';
import { runIn } from './ambient.js';
import { checkCoroutineFunction } from './create-task.js';
import type { Clock } from './clock.js';
import { underSignal } from './run-body.js';
import { nap } from './sleep.js';

/** Options of {@link retry}. */
export interface RetryOptions {
  /**
   * How often it is tried at most; `Infinity` is allowed.
   * @defaultValue 3
   */
  attempts?: number;
  /**
   * Milliseconds before the second attempt.
   * @defaultValue 100
   */
  delayMs?: number;
  /**
   * By what the delay grows from one attempt to the next; at least 1.
   * @defaultValue 2
   */
  factor?: number;
  /**
   * What the delay grows to at most, in milliseconds.
   * @defaultValue 30_000
   */
  maxDelayMs?: number;
  /**
   * How the delay is scattered, so that not all come back at the same time: 'full' is anything between 0 and the delay, 'equal' between half and
   * all of it.
   * @defaultValue 'full'
   */
  jitter?: 'full' | 'equal' | 'none';
  /**
   * Whether to try again after this error; what it throws is thrown.
   * @defaultValue always
   */
  retryIf?: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>;
  /** Ends it when it aborts, as the scope's cancellation does. */
  signal?: AbortSignal;
  /**
   * A number from 0 up to, not including, 1.
   * @defaultValue Math.random
   */
  random?: () => number;
  /** @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const attemptsCheck: OptionCheck = (value, label) => { if (value !== Infinity) integerFrom(1)(value, label); };
const factorCheck: OptionCheck = (value, label) => {
  finiteNumber(value, label);
  if ((value as number) < 1) throw new RangeError(`${label} must be at least 1, got ${String(value)}`);
};

const checks = {
  attempts: attemptsCheck,
  delayMs: durationMs,
  factor: factorCheck,
  maxDelayMs: durationMs,
  jitter: oneOf('full', 'equal', 'none'),
  retryIf: ofType('function'),
  signal: abortSignal,
  random: ofType('function'),
  clock: ofType('object'),
};

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
  return await underSignal('retry', options?.signal, async (scope) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await (scope === undefined ? fn(attempt) : runIn(scope, () => fn(attempt)));
      } catch (error) {
        if (scope?.error !== undefined || attempt >= attempts || !(await retryIf(error, attempt))) throw error;
      }
      await nap(delayAfter(attempt, options ?? {}), options?.clock, scope);
    }
  });
}

/** The delay after an attempt, in milliseconds. */
function delayAfter(attempt: number, { delayMs = 100, factor = 2, maxDelayMs = 30_000, jitter = 'full', random = Math.random }: RetryOptions): number {
  const delay = Math.min(maxDelayMs, delayMs * factor ** (attempt - 1));
  if (jitter === 'none' || delay === Infinity) return delay;
  return jitter === 'full' ? delay * random() : (delay * (1 + random())) / 2;
}
