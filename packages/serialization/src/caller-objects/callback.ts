import type { AnyFunction } from '../functions/function-descriptor.js';
import { shared } from '../values/shared.js';
import type { CallerObject } from './caller-object.js';

/** Functions that cannot be sent to run elsewhere: callbacks with their caller object, and a worker's proxies with `undefined`. */
const callbacks = shared('callbacks', () => new WeakMap<AnyFunction, CallerObject | undefined>());

/** The caller object of a {@link callback}; `undefined` for a proxy, whose caller object is elsewhere. */
export function callbackObject(fn: AnyFunction): CallerObject | undefined {
  return callbacks.get(fn);
}

/** Tells whether a function is a callback or the proxy of one: it runs only where the callback was made. */
export function isCallback(fn: AnyFunction): boolean {
  return callbacks.has(fn);
}

/** Notes that a function is a caller proxy, which cannot be sent on. */
export function markProxy(fn: AnyFunction): void {
  callbacks.set(fn, undefined);
}

/**
 * Wraps a function so that it runs in the **caller** when a task calls it. Use it to report rows as a task finds them, to log, or
 * to ask for something that only the caller has. Pass the wrapper as an argument or inside one, or let the task capture it.
 *
 * A call returns a promise of the function's result. The task should await it, so that it cannot flood the caller. A task has at
 * most 256 unanswered calls; the worker holds back further ones. Arguments, results and errors travel like those of tasks. While
 * a task awaits an answer, its worker runs other tasks. Calls that the task made before it ended still arrive; later calls reject
 * with InvalidStateError. If the function throws and the task does not look at the promise, the caller's error is reported as
 * the warning `HEDDLE_CALLBACK_THREW`, and the task goes on.
 *
 * @param fn - any function of the caller. It can use everything that it can reach there
 * @returns a function to pass to a task. If the caller calls it, it calls `fn`
 * @throws TypeError when `fn` is not a function
 * @example
 * ```ts
 * import { callback } from '@heddle/serialization';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const lines: string[] = [];
 * const count = async (text: string, onLine: (line: string) => Promise<void>): Promise<number> => {
 *   const found = text.split('\n');
 *   for (const line of found) await onLine(line);
 *   return found.length;
 * };
 * export const two: number = await pool.submit(count, 'a\nb', callback((line: string) => { lines.push(line); }));
 * ```
 */
export function callback<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => Promise<Awaited<R>> {
  if (typeof fn !== 'function')
    throw new TypeError(`callback: fn must be a function, got ${(fn as unknown) === null ? 'null' : typeof fn}`);
  return stayWithCaller(fn, 'callback');
}

/** Wraps the function that takes the items of a stream of results, so that it can be given to the task. For authors of executors. */
export function pushOf(push: AnyFunction): AnyFunction {
  return stayWithCaller(push as (...args: unknown[]) => unknown, 'push');
}

function stayWithCaller<A extends unknown[], R>(fn: (...args: A) => R, kind: 'callback' | 'push'): (...args: A) => Promise<Awaited<R>> {
  const wrapped = async (...args: A): Promise<Awaited<R>> => await fn(...args);
  Object.defineProperty(wrapped, 'name', { value: fn.name, configurable: true });
  const end = { call: (args: readonly unknown[]): unknown => fn(...(args as A)), close: (): void => undefined };
  callbacks.set(wrapped, { kind, name: fn.name, open: () => end });
  return wrapped;
}
