/**
 * Submit a function, get a Future that always settles: what an application needs of Heddle, in one package.
 *
 * @packageDocumentation
 */
export {
  AbortError,
  BrokenExecutor,
  BrokenProcessPool,
  BrokenThreadPool,
  CancelledError,
  ExceptionGroup,
  Executor,
  Future,
  HeddleError,
  InlineExecutor,
  InvalidStateError,
  NestingLimitError,
  QueueFullError,
  SerializationError,
  ShutdownError,
  TaskNotFoundError,
  TimeoutError,
  WorkerDiedError,
  asCompleted,
  currentExecutor,
  currentTask,
  isHeddleError,
  wait,
  type AbortOptions,
  type CurrentTask,
  type ErrorCondition,
  type ExecutorStatistics,
  type FutureState,
  type HeddleErrorCode,
  type HistogramSnapshot,
  type MapOptions,
  type MapResults,
  type StreamResults,
  type ReturnWhen,
  type ShutdownOptions,
  type TaskOptions,
  type WaitOptions,
  type WorkerCounts,
} from '@heddle/futures';
export { callback, closure, serializable, task, tasksOf, transfer, type SerializableOptions, type Transferable } from '@heddle/serialization';
export {
  ProcessPoolExecutor,
  getReusableExecutor as getReusableProcessPoolExecutor,
  type ProcessPoolExecutorOptions,
} from '@heddle/processes';
export {
  ThreadPoolExecutor,
  getReusableExecutor as getReusableThreadPoolExecutor,
  type ThreadPoolExecutorOptions,
} from '@heddle/threads';
