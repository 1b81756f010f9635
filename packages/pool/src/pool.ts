import { ProcessPoolExecutor } from '@heddle/processes';
import { ExecutorPool } from './executor-pool.js';
import { resolvePoolOptions, type PoolOptions } from './pool-options.js';

/**
 * A pool of child processes with the interface of CPython's `multiprocessing.Pool`. Methods that block in CPython
 * return promises or futures here. When a worker dies, the result that it worked on fails with WorkerDiedError and the
 * worker is replaced; in CPython the result never comes. Functions need no name or module: they take along the
 * variables that they use.
 *
 * @throws TypeError, RangeError naming the option
 * @example
 * ```ts
 * import { Pool } from '@heddle/pool';
 *
 * const pool = new Pool({ processes: 2, maxTasksPerWorker: 100 });
 * console.log(await pool.map((n: number) => n ** 2, [1, 2, 3])); // [ 1, 4, 9 ]
 * pool.close(); // before join
 * await pool.join();
 * ```
 */
export class Pool extends ExecutorPool {
  /** @param options - a number is short for `{ processes }` */
  constructor(options?: number | PoolOptions) {
    super(new ProcessPoolExecutor(resolvePoolOptions('Pool', options)));
  }
}
