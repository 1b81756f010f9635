import { reusableExecutor } from '@heddle/engine';
import { ProcessPoolExecutor, processPoolChecks, type ProcessPoolExecutorOptions } from './process-pool-executor.js';

/**
 * Returns the shared executor of this realm, as loky's `get_reusable_executor`. Libraries and applications that ask for the same options
 * share its processes. Nobody has to shut it down, since idle workers end after `idleTimeoutMs` (10 s by default).
 *
 * The first call creates the executor. A later call returns the same one, resized if `maxWorkers` is another number. A new executor
 * replaces it if it is broken or was shut down, or if other options are asked for. The old one then finishes the work that it has accepted
 * and ends its processes.
 *
 * Options are compared by value, with the defaults filled in. An `initializer`, and each of its `initargs`, is compared by identity: define
 * an initializer once, not at each call. If you leave out `env`, a change of `process.env` leads to no new executor.
 *
 * Each realm has its own: a task that calls this gets an executor of its worker, whereas `currentExecutor()` is the caller's.
 *
 * @param options - those of {@link ProcessPoolExecutor}, with `idleTimeoutMs` 10_000 by default
 * @throws TypeError, RangeError naming the option; the current executor stays as it is then
 * @example
 * ```ts
 * import { getReusableExecutor } from '@heddle/processes';
 *
 * const pool = getReusableExecutor({ maxWorkers: 2 });
 * console.log(await pool.submit((n: number) => n ** 2, 7)); // 49
 * console.log(getReusableExecutor({ maxWorkers: 4 }) === pool, pool.parallelism); // true 4
 * ```
 */
export function getReusableExecutor(options?: ProcessPoolExecutorOptions): ProcessPoolExecutor {
  return reusableExecutor(
    {
      name: 'ProcessPoolExecutor',
      checks: processPoolChecks,
      create: (given: ProcessPoolExecutorOptions) => new ProcessPoolExecutor(given),
    },
    options,
  );
}
