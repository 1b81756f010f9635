import { reusableExecutor } from '@heddle/engine';
import { ThreadPoolExecutor, threadPoolChecks, type ThreadPoolExecutorOptions } from './thread-pool-executor.js';

/**
 * Returns the shared executor of this realm, as loky's `get_reusable_executor` does. Libraries and applications that
 * ask for the same options share its threads. Nobody has to shut it down, since idle threads end after `idleTimeoutMs`
 * (10 s by default).
 *
 * The first call makes the executor. Later calls return the same one, resized when `maxWorkers` is different. A call
 * makes a new executor when the present one is broken or was shut down, or when you ask for other options. The old
 * executor then finishes the work that it has accepted and ends its threads. Options are compared by value, with the
 * defaults filled in. An `initializer` and each of its `initargs` are compared by identity: define an initializer once,
 * not at each call. If you leave out `env`, a changed `process.env` does not cause a new executor.
 *
 * Each realm has its own shared executor: a task that calls this function gets one of its worker, whereas
 * `currentExecutor()` is the caller's.
 *
 * @param options - those of {@link ThreadPoolExecutor}, with `idleTimeoutMs` 10_000 by default
 * @throws TypeError, RangeError naming the option; the present executor then stays as it is
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
