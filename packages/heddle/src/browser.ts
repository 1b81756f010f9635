/**
 * What a browser gets of Heddle (the condition `browser`): futures, the inline executor and coroutines. All else needs threads of Node or
 * processes, and is refused by name when it is used.
 */
import { InvalidStateError } from '@heddle/futures';

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
} from '@heddle/futures';
export {
  CoroutineExecutor,
  Runner,
  Task,
  TaskGroup,
  any,
  background,
  checkCancelled,
  createBackground,
  createTask,
  currentSignal,
  detached,
  every,
  fallback,
  gather,
  hedged,
  limited,
  memoized,
  race,
  retry,
  retrying,
  run,
  runCoroutineThreadsafe,
  runInExecutor,
  setDefaultExecutor,
  shield,
  sleep,
  timed,
  timeout,
  timeoutAt,
  toThread,
  traced,
  waitFor,
  wrapFuture,
} from '@heddle/coroutines';

/** @returns a function and class that refuses to be used */
function refused(name: string): new (...args: unknown[]) => never {
  return function refuse(): never {
    throw new InvalidStateError(
      `${name} does not work in a browser: it needs the threads or processes of Node, Bun or Deno. ` +
        'InlineExecutor, CoroutineExecutor and the functions of coroutines do (docs/runtimes.md)',
    );
  } as never;
}

export const activeChildren: unknown = refused('activeChildren');
export const activeCount: unknown = refused('activeCount');
export const allowModule: unknown = refused('allowModule');
export const Barrier: unknown = refused('Barrier');
export const BoundedSemaphore: unknown = refused('BoundedSemaphore');
export const callback: unknown = refused('callback');
export const closure: unknown = refused('closure');
export const Condition: unknown = refused('Condition');
export const currentProcess: unknown = refused('currentProcess');
export const currentThread: unknown = refused('currentThread');
export const enumerate: unknown = refused('enumerate');
export const Event: unknown = refused('Event');
export const excepthook: unknown = refused('excepthook');
export const getReusableProcessPoolExecutor: unknown = refused('getReusableProcessPoolExecutor');
export const getReusableThreadPoolExecutor: unknown = refused('getReusableThreadPoolExecutor');
export const LifoQueue: unknown = refused('LifoQueue');
export const local: unknown = refused('local');
export const Lock: unknown = refused('Lock');
export const mainThread: unknown = refused('mainThread');
export const Pipe: unknown = refused('Pipe');
export const Pool: unknown = refused('Pool');
export const PriorityQueue: unknown = refused('PriorityQueue');
export const Process: unknown = refused('Process');
export const ProcessPoolExecutor: unknown = refused('ProcessPoolExecutor');
export const ProcessQueue: unknown = refused('ProcessQueue');
export const Queue: unknown = refused('Queue');
export const RLock: unknown = refused('RLock');
export const runService: unknown = refused('runService');
export const Semaphore: unknown = refused('Semaphore');
export const serializable: unknown = refused('serializable');
export const setExcepthook: unknown = refused('setExcepthook');
export const SimpleQueue: unknown = refused('SimpleQueue');
export const task: unknown = refused('task');
export const perWorker: unknown = refused('perWorker');
export const tasksOf: unknown = refused('tasksOf');
export const Thread: unknown = refused('Thread');
export const ThreadPool: unknown = refused('ThreadPool');
export const ThreadPoolExecutor: unknown = refused('ThreadPoolExecutor');
export const Timer: unknown = refused('Timer');
export const transfer: unknown = refused('transfer');
