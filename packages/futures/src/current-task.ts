import type { Executor } from './executor.js';

/** What a running task knows of itself. */
export interface CurrentTask {
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
  report(progress: unknown): void;
}

/** How a place that runs tasks (a worker, InlineExecutor) answers {@link currentTask} and {@link currentExecutor}. */
export interface TaskHost {
  currentTask(): CurrentTask | undefined;
  currentExecutor(): Executor | undefined;
}

// Shared by all copies of the package in this realm: a task may have loaded another copy than its worker.
const key = Symbol.for('heddle.taskHosts');
const registry = globalThis as { [key]?: Set<TaskHost> };

/** Makes a host answer for the tasks it runs. For executor authors. */
export function addTaskHost(host: TaskHost): void {
  const hosts = registry[key] ?? new Set<TaskHost>();
  registry[key] = hosts.add(host);
}

/**
 * The task that is running here; `undefined` outside of one.
 *
 * @example
 * ```ts
 * import { currentTask } from '@heddle/futures';
 *
 * export async function download(url: string): Promise<string> {
 *   const response = await fetch(url, { signal: currentTask()?.signal ?? null });
 *   return await response.text();
 * }
 * ```
 */
export function currentTask(): CurrentTask | undefined {
  for (const host of registry[key] ?? []) {
    const task = host.currentTask();
    if (task !== undefined) return task;
  }
  return undefined;
}

/**
 * The executor of the running task, to submit tasks of its own: they run on the caller's workers, and while the task
 * awaits them its slot is free. `undefined` outside of a task.
 */
export function currentExecutor(): Executor | undefined {
  for (const host of registry[key] ?? []) {
    const executor = host.currentExecutor();
    if (executor !== undefined) return executor;
  }
  return undefined;
}
