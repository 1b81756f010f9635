/**
 * asyncio's patterns for async functions.
 *
 * @packageDocumentation
 */
export type { Clock } from './clock.js';
export { CoroutineExecutor, type CoroutineExecutorOptions } from './executors/coroutine-executor.js';
