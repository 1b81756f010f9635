import { provideDefaultExecutor } from '@heddle/futures/authors';
import { ThreadPoolExecutor } from './thread-pool-executor.js';

let pool: ThreadPoolExecutor | undefined;

// For `toThread` of @heddle/coroutines, which knows no threads. The pool starts with its first task, and its idle threads go.
provideDefaultExecutor(() => {
  if (pool?.statistics().state !== 'open') pool = new ThreadPoolExecutor({ threadNamePrefix: 'toThread', idleTimeoutMs: 10_000 });
  return pool;
});
