import { isThenable, show } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { Coroutine } from './coroutine.js';
import type { Task } from './task.js';

/**
 * Begins `fn(...args)` as a task of its own, in a later turn: nothing of it runs within this call (as `asyncio.create_task`).
 *
 * The task belongs to the scope that it is made in. It is cancelled with it; and when what that scope was opened for ends (the
 * coroutine that called this, the body of a {@link timeout}), a task that still runs is cancelled and waited for: there are no
 * orphans. What is to outlive its maker is for {@link background}. Outside of all scopes a task is on its own.
 *
 * @param fn - usually an async function: the function, not its promise, which nobody could cancel
 * @throws TypeError when `fn` is no function
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

/** @throws TypeError that says what to write instead */
export function checkCoroutineFunction(where: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  const hint = isThenable(fn) ? '; pass the function and its arguments, f, a, b, rather than what f(a, b) returns' : '';
  throw new TypeError(`${where}: a function is needed, got ${show(fn)}${hint}`);
}
