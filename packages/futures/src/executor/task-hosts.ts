/** Task hosts run tasks in this thread: a worker, InlineExecutor, coroutines. Cancellation scopes are in scope-signal.ts. */
import type { FutureController } from '../future/future-controller.js';
import type { Executor } from './executor.js';
import type { AnyFunction } from './task-request.js';
import type { WorkerValues } from './worker-values.js';

/**
 * A running task as its own code sees it.
 *
 * @typeParam P - the type of the progress that the task reports
 */
export interface CurrentTask<P = unknown> {
  /** Unique among the tasks of its worker. */
  readonly id: string;
  readonly name: string;
  /** Aborts when the task is aborted or its time is up. A task that never looks at it is stopped without grace. */
  readonly signal: AbortSignal;
  /** The worker's number within its executor; 0 for tasks that run in the caller. */
  readonly workerId: number;
  /** 1 for the first run. */
  readonly attempt: number;
  /** Sends progress to the caller's `onProgress`. */
  report(progress: P): void;
}

/** Answers {@link currentTask} and {@link currentExecutor} for a place that runs tasks: a worker, or InlineExecutor. */
export interface TaskHost {
  currentTask(): CurrentTask | undefined;
  /** @param kit - the classes of which an executor is made, from the copy of the package that the task loaded */
  currentExecutor(kit: ExecutorKit): Executor | undefined;
  /** Answers {@link leadsToCaller}, if the caller of the tasks is in another thread or process. */
  leadsToCaller?(fn: AnyFunction): boolean | undefined;
  /** The objects that the tasks share with the others of their worker, where that is not the thread. */
  workerValues?(): WorkerValues | undefined;
}

/** The classes an executor is made of. A worker starts without them, since few tasks ask for an executor. */
export interface ExecutorKit {
  readonly Executor: typeof Executor;
  readonly FutureController: typeof FutureController;
}

// Shared by all copies of the package in this realm: a task may have loaded another copy than its worker.
const key = Symbol.for('heddle.taskHosts');
const registry = globalThis as { [key]?: TaskHost[] | undefined };
const hosts: TaskHost[] = (registry[key] ??= []);

/** Registers a host, which answers for the tasks that it runs. For authors of executors. */
export function addTaskHost(host: TaskHost): void {
  hosts.push(host);
}

// The first answer of a host counts. These are loops by index, without closures: every task of a coroutine asks.

/** See `currentTask`. */
export function askForTask(): CurrentTask | undefined {
  let task: CurrentTask | undefined;
  for (let i = 0; i < hosts.length && task === undefined; i++) task = hosts[i]?.currentTask();
  return task;
}

/** See `currentExecutor`. */
export function askForExecutor(kit: ExecutorKit): Executor | undefined {
  let executor: Executor | undefined;
  for (let i = 0; i < hosts.length && executor === undefined; i++) executor = hosts[i]?.currentExecutor(kit);
  return executor;
}

/** See `currentWorkerValues`. */
export function askForWorkerValues(): WorkerValues | undefined {
  let values: WorkerValues | undefined;
  for (let i = 0; i < hosts.length && values === undefined; i++) values = hosts[i]?.workerValues?.();
  return values;
}

/** Tells whether a function of the running task is a caller proxy, which runs in the caller; `undefined` outside of a worker's tasks. */
export function leadsToCaller(fn: AnyFunction): boolean | undefined {
  let answer: boolean | undefined;
  for (let i = 0; i < hosts.length && answer === undefined; i++) answer = hosts[i]?.leadsToCaller?.(fn);
  return answer;
}
