import type { Executor, HeddleErrorCode } from '@heddle/futures';

/** The options that the suite passes to the factory. It passes an option only if the executor has the capability for it. */
export interface ConformanceOptions {
  /** Passed only with the capability `parallel`. */
  maxWorkers?: number;
  /** Passed only with the capability `initializer`; `initargs` are its arguments. */
  initializer?: (...args: never[]) => unknown;
  initargs?: readonly unknown[];
  /** Passed only with the capability `finalizer`. */
  finalizer?: (...args: never[]) => unknown;
  /** Passed only with the capabilities `finalizer` and `parallel`. */
  finalizerTimeoutMs?: number;
  /** Passed only with the capability `queueLimit`. */
  maxQueueSize?: number;
  /** Passed only with the capability `startTimeout`. */
  startTimeoutMs?: number;
  /** Passed only with the capability `maxTasksPerWorker`. */
  maxTasksPerWorker?: number;
}

/** Makes a new executor for one test. The suite shuts it down. */
export type ExecutorFactory = (options?: ConformanceOptions) => Executor;

/**
 * The capabilities of an executor. Each adds the tests for executors that have it. The tests of other capabilities are not skipped but never
 * declared. The features of every executor (submit, map, errors, shutdown, ...) need no capability.
 *
 * Those from `captures` on are of the runtime, and Node has them all. State `false` for what another runtime lacks. Where Heddle then
 * refuses a task, the same tests assert that refusal and its remedy.
 */
export interface ExecutorCapabilities {
  /**
   * Tasks run beside the caller, up to `maxWorkers` of them at the same time. A task that blocks its thread blocks only its own worker.
   * Tasks that find no free worker wait. Until a worker has claimed them, they are pending and can be cancelled.
   */
  readonly parallel?: boolean;
  /**
   * Tasks share the caller's thread and take turns where they await. A task that blocks would block everything, so the suite's tasks do not.
   * A task that keeps running after its abort cannot be stopped, and the executor warns of it (`HEDDLE_CANCELLATION_IGNORED`).
   */
  readonly cooperative?: boolean;
  /**
   * Arguments and results are copies, and arguments have their state of the submit. Tasks have globals of their own. Values that can't be
   * copied are refused.
   */
  readonly isolated?: boolean;
  /** A SharedArrayBuffer that is passed to a task is the same memory on both sides. */
  readonly sharedMemory?: boolean;
  /** `abort()` and `timeoutMs` stop a task that blocks its worker, by stopping the worker. */
  readonly abortsBlocked?: boolean;
  /** A task can end its worker (`process.exit()`, an uncaught exception) without ending the program. */
  readonly crashes?: boolean;
  /** Of the waiting tasks, the one with the largest `priority` is claimed first. */
  readonly priorities?: boolean;
  /** In a task, `currentExecutor()` returns the executor that the task runs on. */
  readonly nested?: boolean;
  /** Callbacks, signals and sources of items that are passed to a task stay with the caller, and the task calls them there. */
  readonly callerObjects?: boolean;
  /** The values that a task passes to `currentTask().report()` reach the caller's `onProgress`. */
  readonly progress?: boolean;
  /** `future.resultSync()` waits for the executor's tasks. Without this capability, such a wait is refused with DeadlockError. */
  readonly blocking?: boolean;
  /** `currentTask().workerId` identifies each worker of an executor, and `statistics().workers` counts the workers. */
  readonly workerIdentity?: boolean;
  /** The executor checks the factory's options as Heddle's own pools do: a RangeError or TypeError names the wrong option. */
  readonly checksOptions?: boolean;
  /** The factory takes `initializer` and `initargs`. */
  readonly initializer?: boolean;
  /** The factory takes `finalizer` and, with `parallel`, `finalizerTimeoutMs`. */
  readonly finalizer?: boolean;
  /** A function of `perWorker` gives an object that the tasks of a worker share, and that is disposed when the worker ends. */
  readonly perWorker?: boolean;
  /** `broadcast` runs a function once on each worker. */
  readonly broadcast?: boolean;
  /** The factory takes `maxQueueSize`. */
  readonly queueLimit?: boolean;
  /** The factory takes `startTimeoutMs`: a worker that neither starts nor ends is stopped after this time. */
  readonly startTimeout?: boolean;
  /** The factory takes `maxTasksPerWorker`. */
  readonly maxTasksPerWorker?: boolean;
  /**
   * A task that waits for its caller (a stream whose loop is behind, a callback) gives its slot away: its worker runs other tasks meanwhile.
   * @defaultValue true
   */
  readonly suspends?: boolean;
  /**
   * A task by source brings the variables of the surrounding code that it uses. Without this capability the suite asserts the refusal, which
   * names them.
   * @defaultValue true
   */
  readonly captures?: boolean;
  /**
   * A variable that has the name of a global, `fetch` for example, is told from the global.
   * @defaultValue true
   */
  readonly hiddenGlobals?: boolean;
  /**
   * In a task by source, `import()` of a relative path or of a package resolves as in the module that defines the task. Without this
   * capability the suite asserts the refusal.
   * @defaultValue true
   */
  readonly moduleImports?: boolean;
  /**
   * Stacks name the file and the line of a task by source.
   * @defaultValue true
   */
  readonly sourceFiles?: boolean;
  /**
   * Stacks have all frames of the caller.
   * @defaultValue true
   */
  readonly callerFrames?: boolean;
  /**
   * Typed arrays of a MiB and more travel quickly.
   * @defaultValue true
   */
  readonly largeViews?: boolean;
  /**
   * A program can ask for a garbage collection, by `gc` of a new context of `node:vm`.
   * @defaultValue true
   */
  readonly garbageCollection?: boolean;
  /**
   * The code of the error with which a broken executor fails its tasks.
   * @defaultValue 'HEDDLE_BROKEN_EXECUTOR'
   */
  readonly brokenCode?: HeddleErrorCode;
}

/** The capabilities that a test can need. */
export type Capability = Exclude<keyof ExecutorCapabilities, 'brokenCode'>;

/** What most executors have: `suspends`, and what runtimes other than Node may lack. */
const usual: readonly Capability[] = [
  'suspends',
  'captures',
  'hiddenGlobals',
  'moduleImports',
  'sourceFiles',
  'callerFrames',
  'largeViews',
  'garbageCollection',
];

/** @returns whether an executor with these capabilities has this one: the usual ones are stated only where they lack */
export function hasCapability(capabilities: ExecutorCapabilities, capability: Capability): boolean {
  return capabilities[capability] ?? usual.includes(capability);
}
