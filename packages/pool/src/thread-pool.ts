import { ThreadPoolExecutor } from '@heddle/threads';
import { ExecutorPool } from './executor-pool.js';
import { resolvePoolOptions, type PoolOptions } from './pool-options.js';

/**
 * A pool of worker threads with the interface of CPython's `multiprocessing.pool.ThreadPool`. Here the threads run in
 * parallel, have memory of their own, and can be stopped. The only difference from {@link Pool} is the kind of workers.
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
  /** @param options - a number is short for `{ processes }`: here the number of threads */
  constructor(options?: number | PoolOptions) {
    super(new ThreadPoolExecutor(resolvePoolOptions('ThreadPool', options)));
  }
}
