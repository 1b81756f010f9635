import { isThenable, show } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { Coroutine } from './coroutine.js';
import type { Task } from './task.js';

/**
 * Begins `fn(...args)` as a task, as `asyncio.create_task`. The function starts in a later turn, never within this call.
 *
 * The task belongs to the scope of the caller, and is cancelled with it. When the owner of that scope ends (the calling coroutine, the
 * body of a {@link timeout}), a task that still runs is cancelled and waited for, so no task outlives its scope. For tasks that
 * should outlive their caller, use {@link background}. Outside of all scopes, a task belongs to no scope.
 *
 * @param fn - usually an async function; pass the function and not its promise, because a promise can't be cancelled
 * @throws TypeError when `fn` is not a function
 * @example
 * ```ts
 * import { createTask, sleep } from '@heddle/coroutines';
 *
 * const answer = createTask(async (a: number, b: number) => {
 *   await sleep(1);
 *   return a * b;
 * }, 6, 7);
 * console.log(await answer); // 42
 * ```
 */
export function createTask<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<Awaited<R>> {
  checkCoroutineFunction('createTask', fn);
  return new Coroutine<Awaited<R>>(currentScope(), fn, args).future;
}

/** @throws TypeError when `fn` is not a function; the message says what to write instead */
export function checkCoroutineFunction(where: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  const hint = isThenable(fn) ? '; pass the function and its arguments, f, a, b, rather than what f(a, b) returns' : '';
  throw new TypeError(`${where}: a function is needed, got ${show(fn)}${hint}`);
}
