/** Objects that each worker makes for itself: see WorkerValues of `@heddle/futures`. The function that gives such an object can travel. */
import { threadId } from 'node:worker_threads';
import { currentWorkerValues } from '@heddle/futures/worker';
import { shared } from '../values/shared.js';
import type { AnyFunction } from './function-descriptor.js';

/** How the object of a worker is made, and the id under which the worker keeps it. */
export interface PerWorker {
  readonly id: string;
  readonly create: () => unknown;
}

const known = shared('perWorker', () => ({ functions: new WeakMap<AnyFunction, PerWorker>(), count: 0 }));

/** @returns what a function of {@link perWorker} makes; `undefined` for any other function */
export function perWorkerOf(fn: AnyFunction): PerWorker | undefined {
  return known.functions.get(fn);
}

/** Makes the function that returns the object. @param facts - `create` is read at the call */
export function perWorkerFunction(facts: PerWorker): () => unknown {
  const get = (): unknown => currentWorkerValues().get(facts.id, facts.create);
  known.functions.set(get, facts);
  return get;
}

/**
 * Returns a function that gives an object of the worker that calls it: a connection, a compiled model, a cache. The worker makes the object at
 * the first call, and every task of that worker gets the same one. When the worker retires or its executor is shut down, the worker disposes the
 * object, by `Symbol.asyncDispose`, `Symbol.dispose` or `close`, whichever it has first. A worker that dies disposes nothing.
 *
 * A task gets the function as a variable that it captures, as an argument, or from a module that it imports. In InlineExecutor and
 * CoroutineExecutor, whose tasks run in the caller, the executor stands for the worker. Called outside of a task, the function makes an object of
 * this thread, which nobody disposes.
 *
 * @param create - makes the object, or a promise of it. It travels as tasks do. When it throws or rejects, the next call tries again
 * @returns the function
 * @throws TypeError when `create` is not a function
 * @example
 * ```ts
 * import { perWorker } from '@heddle/serialization';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * const words = perWorker(() => new Map([['warp', 1], ['weft', 2]])); // in place of a connection
 * await using pool = new ThreadPoolExecutor();
 * console.log(await pool.submit((word: string) => words().get(word), 'weft')); // 2
 * ```
 */
export function perWorker<T>(create: () => T): () => T {
  if (typeof create !== 'function')
    throw new TypeError(`perWorker: create must be a function, got ${(create as unknown) === null ? 'null' : typeof create}`);
  known.count += 1;
  return perWorkerFunction({ id: `${String(process.pid)}.${String(threadId)}.${String(known.count)}`, create }) as () => T;
}
