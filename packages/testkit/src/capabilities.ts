import type { Executor, HeddleErrorCode } from '@heddle/futures';

/** What the suite may ask of the factory. Options an executor has no capability for are never given. */
export interface ConformanceOptions {
  /** Only with the capability `parallel`. */
  maxWorkers?: number;
  /** Only with `initializer`; `initargs` are its arguments. */
  initializer?: (...args: never[]) => unknown;
  initargs?: readonly unknown[];
  /** Only with `queueLimit`. */
  maxQueueSize?: number;
  /** Only with `startTimeout`. */
  startTimeoutMs?: number;
  /** Only with `maxTasksPerWorker`. */
  maxTasksPerWorker?: number;
}

/** Makes a new executor for one test. The suite shuts it down. */
export type ExecutorFactory = (options?: ConformanceOptions) => Executor;

/**
 * Facts about an executor. Each adds the tests that hold for executors of which it is true; the others are not skipped
 * but never declared. What every executor does (submit, map, errors, shutdown, ...) needs no capability.
 */
export interface ExecutorCapabilities {
  /**
   * Tasks run beside the caller, up to `maxWorkers` of them at the same time. One that blocks blocks its own worker only.
   * Tasks that find no free worker wait; until a worker has claimed them they are pending and can be cancelled.
   */
  readonly parallel?: boolean;
  /**
   * Tasks share the caller's thread and take turns where they await: one that blocks blocks everything, so the suite's don't.
   * A task that runs on after its abort cannot be stopped: the executor warns of it (`HEDDLE_CANCELLATION_IGNORED`).
   */
  readonly cooperative?: boolean;
  /** Arguments and results are copies, arguments as of submit, and tasks have globals of their own. What can't be copied is refused. */
  readonly isolated?: boolean;
  /** A SharedArrayBuffer given to a task is the same memory on both sides. */
  readonly sharedMemory?: boolean;
  /** `abort()` and `timeoutMs` stop a task that blocks its worker, by stopping the worker. */
  readonly abortsBlocked?: boolean;
  /** A task can end its worker (`process.exit()`, an uncaught exception) without ending the program. */
  readonly crashes?: boolean;
  /** Among waiting tasks the one with the larger `priority` is claimed first. */
  readonly priorities?: boolean;
  /** `currentExecutor()` inside a task gives the executor the task runs on. */
  readonly nested?: boolean;
  /** Callbacks, signals and sources of items given to a task stay with the caller, and are called from the task. */
  readonly callerObjects?: boolean;
  /** What a task passes to `currentTask().report()` reaches the caller's `onProgress`. */
  readonly progress?: boolean;
  /** `future.resultSync()` waits for its tasks. Without it such a wait is refused with DeadlockError. */
  readonly blocking?: boolean;
  /** `currentTask().workerId` tells the workers of an executor apart, and `statistics().workers` counts them. */
  readonly workerIdentity?: boolean;
  /** The factory's options are checked as Heddle's own pools check them: RangeError and TypeError that name the option. */
  readonly checksOptions?: boolean;
  /** The factory takes `initializer` and `initargs`. */
  readonly initializer?: boolean;
  /** The factory takes `maxQueueSize`. */
  readonly queueLimit?: boolean;
  /** It takes the option `startTimeoutMs`: a worker that neither starts nor ends is stopped. */
  readonly startTimeout?: boolean;
  /** The factory takes `maxTasksPerWorker`. */
  readonly maxTasksPerWorker?: boolean;
  /**
   * The code of the error that a broken executor gives.
   * @defaultValue 'HEDDLE_BROKEN_EXECUTOR'
   */
  readonly brokenCode?: HeddleErrorCode;
}

/** The capabilities a test can need. */
export type Capability = Exclude<keyof ExecutorCapabilities, 'brokenCode'>;
