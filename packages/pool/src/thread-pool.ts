import { ThreadPoolExecutor } from '@heddle/threads';
import { ExecutorPool } from './executor-pool.js';
import { resolvePoolOptions, type PoolOptions } from './pool-options.js';

/**
 * A pool of worker threads with the interface of CPython's `multiprocessing.pool.ThreadPool`. Here they run in parallel, have
 * memory of their own, and can be stopped: see {@link Pool}, which differs by its workers only.
 *
 * @throws TypeError, RangeError naming the option
 * @example
 * ```ts
 * import { ThreadPool } from '@heddle/pool';
 *
 * const pool = new ThreadPool(4);
 * console.log(await pool.map((n: number) => n ** 2, [1, 2, 3])); // [ 1, 4, 9 ]
 * pool.close(); // before join
 * await pool.join();
 * ```
 */
export class ThreadPool extends ExecutorPool {
  /** @param options - a number is short for `{ processes }`: here, of threads */
  constructor(options?: number | PoolOptions) {
    super(new ThreadPoolExecutor(resolvePoolOptions('ThreadPool', options)));
  }
}
