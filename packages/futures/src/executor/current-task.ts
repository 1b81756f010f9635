import { FutureController } from '../future/future-controller.js';
import { Executor } from './executor.js';
import { askForExecutor, askForTask, type CurrentTask } from './task-hosts.js';

/**
 * The task in which this code runs; `undefined` outside of a task.
 *
 * @typeParam P - the type of the progress that the task reports to its caller's `onProgress`
 * @returns the running task
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
export function currentTask<P = unknown>(): CurrentTask<P> | undefined {
  return askForTask();
}

/**
 * The executor of the running task. The task can submit nested tasks to it, which run on the caller's workers. While the task awaits
 * them, its slot is free for other tasks. `undefined` outside of a task.
 *
 * @returns the executor of the running task
 *
 * @example
 * ```ts
 * import { currentExecutor } from '@heddle/futures';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const outer = async (n: number) => (await currentExecutor()?.submit((m: number) => m * 2, n)) ?? 0;
 * console.log(await pool.submit(outer, 21)); // 42
 * ```
 */
export function currentExecutor(): Executor | undefined {
  return askForExecutor({ Executor, FutureController });
}
