/**
 * asyncio's patterns for async functions.
 *
 * @packageDocumentation
 */
export { asCompleted, wait, type CompletedFuture, type ReturnWhen, type WaitOptions } from '@heddle/futures';
export { setDefaultExecutor } from '@heddle/futures/authors';
export { background, createBackground, type Background, type BackgroundOptions, type DrainOptions } from './tasks/background.js';
export type { Backoff } from './time/backoff.js';
export type { Awaitable, ValueOf } from './gather/branches.js';
export { checkCancelled, currentSignal } from './scopes/check-cancelled.js';
export type { Clock } from '@heddle/futures/authors';
export { CoroutineExecutor } from './executors/coroutine-executor.js';
export type { CoroutineExecutorOptions } from './executors/coroutine-options.js';
export { createTask } from './tasks/create-task.js';
export { every, type EveryOptions } from './time/every.js';
export { fallback, type FallbackOptions } from './executors/decorators/fallback.js';
export { gather, type GatherOptions } from './gather/gather.js';
export { hedged, type HedgedOptions } from './executors/decorators/hedged.js';
export { limited, type Limits } from './executors/decorators/limited.js';
export { memoized, type MemoizedOptions } from './executors/decorators/memoized.js';
export { any, race } from './gather/race.js';
export { retry, type RetryOptions } from './time/retry.js';
export { retrying, type RetryPolicy } from './executors/decorators/retrying.js';
export { runCoroutineThreadsafe } from './bridges/run-coroutine-threadsafe.js';
export { runInExecutor, toThread } from './bridges/run-in-executor.js';
export { run, Runner, type RunOptions } from './tasks/runner.js';
export { detached, shield } from './gather/shield.js';
export { sleep, type SleepOptions } from './time/sleep.js';
export { TaskGroup, type TaskGroupOptions } from './tasks/task-group.js';
export { Task } from './tasks/task.js';
export { timed, type TimedOptions } from './executors/decorators/timed.js';
export { timeout, timeoutAt, type Timeout, type TimeoutOptions } from './time/timeout.js';
export { traced, type TaskEvent, type TaskEventBase } from './executors/decorators/traced.js';
export { waitFor, type WaitForOptions } from './time/wait-for.js';
export { wrapFuture } from './bridges/wrap-future.js';
