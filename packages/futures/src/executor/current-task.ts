import { FutureController } from '../future/future-controller.js';
import { Executor } from './executor.js';
import { askForExecutor, askForTask, type CurrentTask } from './task-hosts.js';

/**
 * The task that is running here; `undefined` outside of one.
 *
 * @typeParam P - what it reports, as the `onProgress` of its caller expects it
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
 * The executor of the running task, to submit tasks of its own: they run on the caller's workers, and while the task
 * awaits them its slot is free. `undefined` outside of a task.
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
