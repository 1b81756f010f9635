import { InvalidStateError, type Executor, type Future } from '@heddle/futures';
import { backendOf, defaultExecutor, show } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { Coroutine } from '../tasks/coroutine.js';
import { checkCoroutineFunction } from '../tasks/create-task.js';
import type { Task } from '../tasks/task.js';
import { FollowingTask } from './following-task.js';

/**
 * Runs `fn(...args)` on an executor, as asyncio's `run_in_executor`, and returns a task of the current scope. Cancelling that task cancels
 * the executor's task or, when it runs, aborts it, and waits until it has ended.
 *
 * @param executor - use `executor.with(options)` for a priority, a name or a time limit
 * @throws the errors of `executor.submit`; TypeError when `executor` is not an executor or `fn` not a function
 * @example
 * ```ts
 * import { runInExecutor } from '@heddle/coroutines';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * console.log(await runInExecutor(pool, (a: number, b: number) => a + b, 1, 2)); // 3
 * ```
 */
export function runInExecutor<A extends unknown[], R>(executor: Executor, fn: (...args: A) => R, ...args: A): Task<Awaited<R>> {
  if (typeof (executor as Partial<Executor> | null | undefined)?.submit !== 'function') {
    throw new TypeError(`runInExecutor: an Executor is needed, got ${show(executor)}`);
  }
  return submitTo('runInExecutor', executor, fn, args);
}

/**
 * Runs `fn(...args)` on a thread, as `asyncio.to_thread`, so that a long computation or a blocking call does not stop the event loop. It
 * runs on the default executor: the thread pool that `@heddle/threads` or `heddle` provides when it is imported, or the one that you
 * pass to `setDefaultExecutor`.
 *
 * Cancelling the task stops the function on the thread, even when the function never checks its signal. Functions travel, and arguments
 * are copied, as with `ThreadPoolExecutor.submit`.
 *
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when there is no default executor; TypeError when `fn` is not a function
 * @example
 * ```ts
 * import { toThread } from '@heddle/coroutines';
 * import '@heddle/threads';
 *
 * const sum = await toThread((n: number) => { let s = 0; for (let i = 1; i <= n; i++) s += i; return s; }, 1_000_000);
 * console.log(sum); // 500000500000
 * ```
 */
export function toThread<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<Awaited<R>> {
  const executor = defaultExecutor();
  if (executor === undefined) {
    throw new InvalidStateError(
      "toThread: there is no executor to run it; import '@heddle/threads' or 'heddle', or choose one by setDefaultExecutor(executor)",
    );
  }
  return submitTo('toThread', executor, fn, args);
}

function submitTo<A extends unknown[], R>(where: string, executor: Executor, fn: (...args: A) => R, args: A): Task<Awaited<R>> {
  checkCoroutineFunction(where, fn);
  const scope = currentScope();
  // In a cancelled scope nothing is submitted. This coroutine is cancelled before it begins.
  if (scope?.error !== undefined) return new Coroutine<Awaited<R>>(scope, fn, args).future;
  return new FollowingTask(
    where,
    scope,
    backendOf(executor, `${where}: executor`).schedule({ kind: 'call', fn, args, options: {} }) as Future<Awaited<R>>,
  ).future;
}
