/**
 * asyncio's patterns for async functions.
 *
 * @packageDocumentation
 */
export { asCompleted, wait, type CompletedFuture, type ReturnWhen, type WaitOptions } from '@heddle/futures';
export { setDefaultExecutor } from '@heddle/futures/authors';
export { background, createBackground, type Background, type BackgroundOptions, type DrainOptions } from './background.js';
export type { Backoff } from './backoff.js';
export type { Awaitable, ValueOf } from './branches.js';
export { checkCancelled, currentSignal } from './check-cancelled.js';
export type { Clock } from '@heddle/futures/authors';
export { CoroutineExecutor } from './executors/coroutine-executor.js';
export type { CoroutineExecutorOptions } from './executors/coroutine-options.js';
export { createTask } from './create-task.js';
export { every, type EveryOptions } from './every.js';
export { fallback, type FallbackOptions } from './executors/fallback.js';
export { gather, type GatherOptions } from './gather.js';
export { hedged, type HedgedOptions } from './executors/hedged.js';
export { limited, type Limits } from './executors/limited.js';
export { memoized, type MemoizedOptions } from './executors/memoized.js';
export { any, race } from './race.js';
export { retry, type RetryOptions } from './retry.js';
export { retrying, type RetryPolicy } from './executors/retrying.js';
export { runCoroutineThreadsafe } from './run-coroutine-threadsafe.js';
export { runInExecutor, toThread } from './run-in-executor.js';
export { run, Runner, type RunOptions } from './runner.js';
export { detached, shield } from './shield.js';
export { sleep, type SleepOptions } from './sleep.js';
export { TaskGroup, type TaskGroupOptions } from './task-group.js';
export { Task } from './task.js';
export { timed, type TimedOptions } from './executors/timed.js';
export { timeout, timeoutAt, type Timeout, type TimeoutOptions } from './timeout.js';
export { traced, type TaskEvent, type TaskEventBase } from './executors/traced.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
export { wrapFuture } from './wrap-future.js';
