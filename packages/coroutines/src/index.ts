/**
 * asyncio's patterns for async functions.
 *
 * @packageDocumentation
 */
export type { Clock } from './clock.js';
export type { Backoff } from './executors/backoff.js';
export { CoroutineExecutor, type CoroutineExecutorOptions } from './executors/coroutine-executor.js';
export { fallback, type FallbackOptions } from './executors/fallback.js';
export { hedged, type HedgedOptions } from './executors/hedged.js';
export { limited, type Limits } from './executors/limited.js';
export { memoized, type MemoizedOptions } from './executors/memoized.js';
export { retrying, type RetryPolicy } from './executors/retrying.js';
export { timed, type TimedOptions } from './executors/timed.js';
export { traced, type TaskEvent, type TaskEventBase } from './executors/traced.js';
