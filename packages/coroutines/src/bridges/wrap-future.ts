import { currentScope } from '../scopes/ambient.js';
import type { Task } from '../tasks/task.js';
import { FollowingTask } from './following-task.js';

/**
 * Makes a task of an executor's future or of any promise, as `asyncio.wrap_future`. The task is cancelled with the scope of the caller.
 * Cancelling the task cancels the future or, when the future is running, aborts it, and waits until it is done; a thread that ignores
 * its signal is stopped. Any other promise can't be stopped and goes on.
 *
 * @throws TypeError when `future` is not a promise
 * @example
 * ```ts
 * import { timeout, wrapFuture } from '@heddle/coroutines';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const future = pool.submit(() => { for (;;); });
 * console.log(await timeout(50, () => wrapFuture(future)).catch((error: Error) => error.name)); // TimeoutError
 * ```
 */
export function wrapFuture<T>(future: PromiseLike<T>): Task<T> {
  return new FollowingTask('wrapFuture', currentScope(), future).future;
}
