/**
 * Pool and ThreadPool have the interface of Python's multiprocessing.Pool, on child processes and on threads.
 *
 * @packageDocumentation
 */
export type { AsyncResult } from './async-result.js';
export { ExecutorPool } from './executor-pool.js';
export type { ImapResults } from './imap-iterator.js';
export { Pool } from './pool.js';
export type { CallbackOptions, ChunkOptions, ImapOptions, MapAsyncOptions, PoolOptions } from './pool-options.js';
export { ThreadPool } from './thread-pool.js';
