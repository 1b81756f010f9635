import { reusableExecutor } from '@heddle/engine';
import { ThreadPoolExecutor, threadPoolChecks, type ThreadPoolExecutorOptions } from './thread-pool-executor.js';

/**
 * The shared executor of this realm, as loky's `get_reusable_executor`: libraries and applications that ask for the same
 * share its threads, and nobody has to shut it down, since idle ones go after `idleTimeoutMs` (10 s unless told otherwise).
 *
 * It is made at the first call. Later ones give the same, resized when `maxWorkers` is another number, unless it is broken or
 * was shut down, or other options are asked for: then a new one takes its place, and the old one finishes the work it has
 * accepted and lets its threads go. Options are compared by value and with the defaults filled in; an `initializer`, and
 * each of its `initargs`, by identity: define an initializer once, not at each call. `env`, left out, is no reason for a new
 * one when `process.env` has changed meanwhile.
 *
 * Each realm has its own: a task that asks for it gets one of its worker, whereas `currentExecutor()` is the caller's.
 *
 * @param options - those of {@link ThreadPoolExecutor}, with `idleTimeoutMs` 10_000 by default
 * @throws TypeError, RangeError naming the option; the executor that is there stays as it is then
 * @example
 * ```ts
 * import { getReusableExecutor } from '@heddle/threads';
 *
 * const pool = getReusableExecutor({ maxWorkers: 2 });
 * console.log(await pool.submit((n: number) => n ** 2, 7)); // 49
 * console.log(getReusableExecutor({ maxWorkers: 4 }) === pool, pool.parallelism); // true 4
 * ```
 */
export function getReusableExecutor(options?: ThreadPoolExecutorOptions): ThreadPoolExecutor {
  return reusableExecutor(
    { name: 'ThreadPoolExecutor', checks: threadPoolChecks, create: (given: ThreadPoolExecutorOptions) => new ThreadPoolExecutor(given) },
    options,
  );
}
