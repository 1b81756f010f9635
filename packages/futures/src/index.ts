/**
 * Futures and executors: the vocabulary that every Heddle package shares.
 *
 * @packageDocumentation
 */
export { asCompleted, type AsCompletedOptions, type Completed, type CompletedFuture } from './as-completed.js';
export { currentExecutor, currentTask } from './current-task.js';
export {
  AbandonedLockError,
  AbortError,
  BrokenBarrierError,
  BrokenExecutor,
  BrokenProcessPool,
  BrokenThreadPool,
  CancelledError,
  DeadlockError,
  ExceptionGroup,
  HeddleError,
  InvalidStateError,
  isHeddleError,
  NestingLimitError,
  QueueFullError,
  SerializationError,
  ShutdownError,
  TaskNotFoundError,
  TimeoutError,
  WorkerDiedError,
  type HeddleErrorCode,
  type WorkerDeath,
} from './errors.js';
export type { Backend, ShutdownOptions } from './backend.js';
export type { ErrorCondition } from './exception-group.js';
export { Executor, type Streamable } from './executor.js';
export { Future, type AbortOptions, type FutureSource, type FutureState } from './future.js';
export { FutureController } from './future-controller.js';
export { InlineExecutor } from './inline-executor.js';
export type { InlineExecutorOptions } from './inline-options.js';
export type { MapOptions, MapResults } from './map-options.js';
export type { ExecutorStatistics, HistogramSnapshot, WorkerCounts } from './statistics.js';
export type { StreamResults } from './stream-results.js';
export type { CurrentTask } from './task-hosts.js';
export type {
  AnyFunction,
  BaseRequest,
  CallRequest,
  ChunkOutcome,
  ChunkRequest,
  ItemList,
  PushItems,
  Reservation,
  Sliceable,
  StreamRequest,
  TaskOptions,
  TaskRequest,
} from './task-request.js';
export { wait, type ReturnWhen, type WaitOptions } from './wait.js';
