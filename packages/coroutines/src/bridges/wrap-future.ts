import { currentScope } from '../scopes/ambient.js';
import type { Task } from '../tasks/task.js';
import { FollowingTask } from './following-task.js';

/**
 * Makes a task of something under way elsewhere, as `asyncio.wrap_future`: of an executor's future, or of any promise. Waiting for it
 * ends when the scope is cancelled, and cancelling it stops what it wraps: a future is cancelled or, when its task runs,
 * aborted, and waited for until it has ended (a thread that heeds nothing is stopped). A promise can't be stopped, and is left.
 *
 * @throws TypeError when it is no promise
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
