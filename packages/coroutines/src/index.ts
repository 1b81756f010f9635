/**
 * asyncio's patterns for async functions.
 *
 * @packageDocumentation
 */
export type { Clock } from './executors/clock.js';
export { CoroutineExecutor, type CoroutineExecutorOptions } from './executors/coroutine-executor.js';
