import type { AnyFunction } from '../functions/function-descriptor.js';
import { shared } from '../values/shared.js';
import type { Link } from './link.js';

/** Functions that run where they were made: in the caller, or (of a worker's stand-ins) nowhere else. */
const linked = shared('callbacks', () => new WeakMap<AnyFunction, Link | undefined>());

/** The link of a {@link callback}; `undefined` for one that leads elsewhere already. */
export function callbackLink(fn: AnyFunction): Link | undefined {
  return linked.get(fn);
}

/** Whether a function is bound to where it runs. */
export function isCallback(fn: AnyFunction): boolean {
  return linked.has(fn);
}

/** Notes that a function is a stand-in: it can't be sent on. */
export function markStandIn(fn: AnyFunction): void {
  linked.set(fn, undefined);
}

/**
 * A function that runs in the **caller** when a task calls it: to report rows as they are found, to ask for something only the
 * caller has, to log. Give it to a task as an argument, within one, or have the task capture it.
 *
 * The task gets a promise of what it returns, and should await it: that is what keeps a fast task from flooding the caller. At
 * most 256 calls of a task are under way, further ones wait in the worker. Arguments, results and errors travel like those of
 * tasks. While a task awaits an answer its worker runs other tasks. When the task has ended the function is released: what it
 * called until then still arrives, later calls reject with InvalidStateError. An error that the task doesn't look at is
 * reported by a warning (`HEDDLE_CALLBACK_THREW`), and ends nothing.
 *
 * @param fn - any function of the caller's, with all that it can reach there
 * @returns a function to pass to a task; called here, it calls `fn`
 * @throws TypeError when `fn` is no function
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
  return link(fn, 'callback');
}

/** What takes the items of a stream of results, ready to be given to its task. For authors of executors. */
export function pushOf(push: AnyFunction): AnyFunction {
  return link(push as (...args: unknown[]) => unknown, 'push');
}

function link<A extends unknown[], R>(fn: (...args: A) => R, kind: 'callback' | 'push'): (...args: A) => Promise<Awaited<R>> {
  const wrapped = async (...args: A): Promise<Awaited<R>> => await fn(...args);
  Object.defineProperty(wrapped, 'name', { value: fn.name, configurable: true });
  const end = { call: (args: readonly unknown[]): unknown => fn(...(args as A)), close: (): void => undefined };
  linked.set(wrapped, { kind, name: fn.name, open: () => end });
  return wrapped;
}
