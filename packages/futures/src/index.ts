/**
 * Futures and executors, which all packages of Heddle share.
 *
 * @packageDocumentation
 */
export { asCompleted, type AsCompletedOptions, type Completed, type CompletedFuture } from './wait/as-completed.js';
export { currentExecutor, currentTask } from './executor/current-task.js';
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
} from './errors/errors.js';
export type { Backend, BroadcastOptions, ShutdownOptions } from './executor/backend.js';
export type { ErrorCondition } from './errors/exception-group.js';
export { Executor, type Streamable } from './executor/executor.js';
export { Future, type AbortOptions, type FutureSource, type FutureState } from './future/future.js';
export { FutureController } from './future/future-controller.js';
export { InlineExecutor } from './inline/inline-executor.js';
export type { InlineExecutorOptions } from './inline/inline-options.js';
export type { MapOptions, MapResults, ReduceOptions, SettledMapOptions, SettledResult } from './map/map-options.js';
export type { ExecutorStatistics, HistogramSnapshot, WorkerCounts } from './executor/statistics.js';
export type { StreamResults } from './stream/stream-results.js';
export type { CurrentTask } from './executor/task-hosts.js';
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
} from './executor/task-request.js';
export { wait, type ReturnWhen, type WaitOptions } from './wait/wait.js';
