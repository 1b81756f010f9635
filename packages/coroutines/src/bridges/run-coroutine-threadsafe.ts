import { leadsToCaller, show } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { Coroutine } from '../tasks/coroutine.js';
import { checkCoroutineFunction } from '../tasks/create-task.js';
import type { Task } from '../tasks/task.js';
import { FollowingTask } from './following-task.js';

/**
 * Runs a coroutine on the caller's event loop from a task on a thread or in a process, as asyncio's `run_coroutine_threadsafe`, and
 * returns a task with its outcome. The caller passes the worker's task a `callback(fn)` (of `@heddle/serialization` or `heddle`). The
 * function then runs on the caller's event loop, in the scope in which the worker's task was submitted. On that event loop itself,
 * you can pass any function.
 *
 * The returned task is cancelled with the scope of this call, which only ends the wait. The coroutine on the caller's side is
 * cancelled with the scope in which the worker's task was submitted.
 *
 * @throws TypeError when `fn` is not a function or, in a worker, when it would run in the worker
 * @example
 * ```ts
 * import { runCoroutineThreadsafe, sleep } from '@heddle/coroutines';
 * import { callback } from '@heddle/serialization';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const ask = callback(async (question: string) => { await sleep(1); return `${question}? yes`; });
 *
 * const answer = pool.submit(async (question: string) => {
 *   const answering = runCoroutineThreadsafe(ask, question);
 *   return await answering.result(1000);
 * }, 'woven');
 * console.log(await answer); // woven? yes
 * ```
 */
export function runCoroutineThreadsafe<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<Awaited<R>> {
  checkCoroutineFunction('runCoroutineThreadsafe', fn);
  const isElsewhere = leadsToCaller(fn);
  if (isElsewhere === false) {
    throw new TypeError(
      `runCoroutineThreadsafe: ${show(fn)} would run in this worker; have the caller give the task callback(fn), and pass that`,
    );
  }
  const scope = currentScope();
  if (isElsewhere === true && scope?.error === undefined) {
    return new FollowingTask<Awaited<R>>('runCoroutineThreadsafe', scope, fn(...args) as PromiseLike<Awaited<R>>).future;
  }
  return new Coroutine<Awaited<R>>(scope, fn, args).future;
}
