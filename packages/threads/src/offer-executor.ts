import { provideDefaultExecutor } from '@heddle/futures/authors';
import type { ThreadPoolExecutor } from './thread-pool-executor.js';

/**
 * Offers the executor of `toThread`: `@heddle/coroutines` does not import threads. The pool starts with its first task, and its idle threads
 * end.
 *
 * @param poolClass - returns the class; called for the first task
 */
export function offerExecutor(poolClass: () => typeof ThreadPoolExecutor): void {
  let pool: ThreadPoolExecutor | undefined;
  provideDefaultExecutor(() => {
    if (pool?.statistics().state !== 'open') pool = new (poolClass())({ threadNamePrefix: 'toThread', idleTimeoutMs: 10_000 });
    return pool;
  });
}
