import { leadsToCaller, show } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { Coroutine } from '../tasks/coroutine.js';
import { checkCoroutineFunction } from '../tasks/create-task.js';
import type { Task } from '../tasks/task.js';
import { FollowingTask } from './following-task.js';

/**
 * Runs a coroutine of the main loop from a task on a thread or in a process, as asyncio's `run_coroutine_threadsafe`, and gives a task of its
 * outcome. A function can't leave the loop it belongs to: the caller gives the task a `callback(fn)` (of `@heddle/serialization` or
 * `heddle`), and calls of it run there, in the scope that the task was submitted in. On the main loop itself any function will do.
 *
 * It ends with the scope of the call, as every task. The coroutine on the other side is cancelled with the scope of whoever submitted
 * this task; cancelling here only ends the waiting.
 *
 * @throws TypeError for what is no function or, in a worker, for a function that would run there
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
