import { provideDefaultExecutor } from '@heddle/futures/authors';
import { ThreadPoolExecutor } from './thread-pool-executor.js';

let pool: ThreadPoolExecutor | undefined;

// `toThread` of @heddle/coroutines uses this executor, since that package does not import threads. The pool starts with
// its first task, and its idle threads end.
provideDefaultExecutor(() => {
  if (pool?.statistics().state !== 'open') pool = new ThreadPoolExecutor({ threadNamePrefix: 'toThread', idleTimeoutMs: 10_000 });
  return pool;
});
