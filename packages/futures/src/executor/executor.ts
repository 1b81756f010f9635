/**
 * Executor: the interface of every pool, view and decorator for users. It checks arguments, builds requests, and hands them to its
 * Backend.
 */
import type { Future } from '../future/future.js';
import { inspectKey } from '../helpers/inspect-key.js';
import { abortSignal, checkOptions, durationMs, finiteNumber, ofType, show } from '../helpers/options.js';
import type { ResultForm } from '../map/map-chunk.js';
import {
  mapOptionChecks,
  reduceOptionChecks,
  settledMapOptionChecks,
  type MapOptions,
  type MapResults,
  type ReduceOptions,
  type SettledMapOptions,
  type SettledResult,
} from '../map/map-options.js';
import { MapRun } from '../map/map.js';
import { reduceBy } from '../map/reduce.js';
import { scheduleInScope } from '../scope/schedule-in-scope.js';
import type { StreamResults } from '../stream/stream-results.js';
import { startStream } from '../stream/stream.js';
import { backendKey, broadcastOn, describeBackend, type Backend, type BroadcastOptions, type ShutdownOptions } from './backend.js';
import { OptionsBackend } from './options-backend.js';
import type { ExecutorStatistics } from './statistics.js';
import type { AnyFunction, TaskOptions } from './task-request.js';

/** An iterable that {@link Executor.stream} can iterate. */
export type Streamable<T, R = unknown> = AsyncIterable<T, R> | Iterable<T, R>;

const noOptions: TaskOptions = Object.freeze({});

const taskOptionChecks = {
  signal: abortSignal,
  timeoutMs: durationMs,
  priority: finiteNumber,
  name: ofType('string'),
  onProgress: ofType('function'),
};

/**
 * Accepts functions to run, and returns a {@link Future} for each. Pools are executors, and so are their views and decorators.
 *
 * An Executor is a façade over a `Backend`, which authors of executors implement: see `@heddle/futures/authors`.
 *
 * @example
 * ```ts
 * import type { Executor } from '@heddle/futures';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * const total = async (executor: Executor): Promise<number> => {
 *   let sum = 0;
 *   for await (const square of executor.map((n: number) => n * n, [1, 2, 3])) sum += square;
 *   return sum;
 * };
 * await using pool = new ThreadPoolExecutor();
 * console.log(await total(pool)); // 14
 * ```
 */
export class Executor implements AsyncDisposable {
  readonly #backend: Backend;

  /**
   * For authors of executors. Users construct a pool or another subclass.
   *
   * @throws TypeError when `backend` is not a Backend
   */
  constructor(backend: Backend) {
    if (typeof (backend as Partial<Backend> | undefined)?.schedule !== 'function') {
      throw new TypeError(`Executor: a Backend is needed (see @heddle/futures/authors), got ${show(backend)}`);
    }
    this.#backend = backend;
  }

  /** How many tasks can run at the same time. */
  get parallelism(): number {
    return this.#backend.parallelism;
  }

  /**
   * Stops accepting tasks; tasks that were accepted still run. You can call it again, for example to add `cancelFutures`.
   *
   * @returns a promise that resolves when the workers have ended, or immediately with `wait: false`
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * const pool = new ThreadPoolExecutor();
   * const last = pool.submit(() => 'done');
   * await pool.shutdown(); // waits for it
   * console.log(await last); // done
   * ```
   */
  shutdown(options?: ShutdownOptions): Promise<void> {
    return this.#backend.shutdown(options);
  }

  /**
   * Counts of what the executor has done and is doing, at the moment of the call.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * await pool.submit(() => 1);
   * console.log(pool.statistics().finished); // 1
   * ```
   */
  statistics(): ExecutorStatistics {
    return this.#backend.statistics();
  }

  /**
   * Runs `fn(...args)` on a worker. The arguments are taken as they are now; later changes do not reach the task.
   *
   * A task that is submitted in a cancellation scope (a coroutine of `@heddle/coroutines`) belongs to that scope. When the scope is
   * cancelled, the task is cancelled or, if it is running, aborted.
   *
   * @param fn - the function to run
   * @param args - its arguments
   * @returns a future of the function's result
   * @throws TypeError when `fn` is not a function
   * @throws ShutdownError (`HEDDLE_SHUTDOWN`) after shutdown
   * @throws BrokenExecutor (`HEDDLE_BROKEN_EXECUTOR`, or the code of its kind of pool) when the executor is broken
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * console.log(await pool.submit((a: number, b: number) => a + b, 1, 2)); // 3
   * ```
   */
  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Future<Awaited<R>> {
    if (typeof fn !== 'function') throw new TypeError(`submit: the task must be a function, got ${show(fn)}`);
    return scheduleInScope(this.#backend, { kind: 'call', fn, args, options: noOptions }) as Future<Awaited<R>>;
  }

  /**
   * Runs `fn(item)` for every item. The results come in the order of the items or, with `ordered: false`, as they finish. An array
   * is accepted as a whole at the call; other iterables are read ahead by `bufferSize` items.
   *
   * The first error ends the map; the results before it come first. The error's `index`, and the last line of its stack, say which
   * item it belongs to. With `settled: true` every item has a result, which is its value or its error; the death of a worker is then
   * the result of all items of its chunk.
   *
   * @param fn - the function to run for each item
   * @param items - an iterable or async iterable of items
   * @param options - see {@link MapOptions} and {@link SettledMapOptions}
   * @returns the results, as an async iterator
   * @throws as {@link Executor.submit}; TypeError or RangeError for a wrong option
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * for await (const square of pool.map((n: number) => n * n, [1, 2, 3])) console.log(square); // 1 4 9
   * for await (const { item, status } of pool.map(JSON.parse, ['{}', '{'], { settled: true })) console.log(item, status);
   * ```
   */
  map<I, R>(
    fn: (item: I) => R,
    items: Iterable<I> | AsyncIterable<I>,
    options: SettledMapOptions,
  ): MapResults<SettledResult<Awaited<R>, I>>;
  map<I, R>(fn: (item: I) => R, items: Iterable<I> | AsyncIterable<I>, options?: MapOptions): MapResults<Awaited<R>>;
  map(fn: AnyFunction, items: Iterable<unknown> | AsyncIterable<unknown>, options?: MapOptions): MapResults<unknown> {
    return this.#startMap('map', fn, items, options);
  }

  /**
   * As {@link Executor.map}, for items that are lists of arguments: it runs `fn(...item)`.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * console.log(await pool.starmap((a: number, b: number) => a * b, [[2, 3], [4, 5]]).toArray()); // [ 6, 20 ]
   * ```
   */
  starmap<A extends unknown[], R>(
    fn: (...args: A) => R,
    items: Iterable<A> | AsyncIterable<A>,
    options: SettledMapOptions,
  ): MapResults<SettledResult<Awaited<R>, A>>;
  starmap<A extends unknown[], R>(
    fn: (...args: A) => R,
    items: Iterable<A> | AsyncIterable<A>,
    options?: MapOptions,
  ): MapResults<Awaited<R>>;
  starmap(fn: AnyFunction, items: Iterable<unknown> | AsyncIterable<unknown>, options?: MapOptions): MapResults<unknown> {
    return this.#startMap('starmap', fn, items, options);
  }

  /**
   * Runs `fn(item)` for every item, and drops the results.
   *
   * @returns a promise that resolves when all items are done
   * @throws as {@link Executor.map}; the promise rejects with the first error
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * await pool.forEach((n: number) => { console.log(n); }, [1, 2, 3]); // from the workers
   * ```
   */
  forEach<I>(fn: (item: I) => unknown, items: Iterable<I> | AsyncIterable<I>, options?: MapOptions): Promise<void> {
    return this.#startMap('forEach', fn, items, options).drain();
  }

  /**
   * Yields the items for which `fn(item)` is true: the items themselves, not the copies that the workers had.
   *
   * @returns the items, as an async iterator, as {@link Executor.map} gives results
   * @throws as {@link Executor.map}
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * console.log(await pool.filter((n: number) => n % 2 === 1, [1, 2, 3]).toArray()); // [ 1, 3 ]
   * ```
   */
  filter<I>(fn: (item: I) => unknown, items: Iterable<I> | AsyncIterable<I>, options?: MapOptions): MapResults<I> {
    return this.#startMap('filter', fn, items, options, 'filter') as MapResults<unknown> as MapResults<I>;
  }

  /**
   * Folds `fn(item)` of all items into one value. The workers do all of it: each folds the items of its tasks, and then the results are
   * folded. `combine` gets its arguments in the order of the items, but grouped as it happens, so it has to be associative, as `+` is.
   *
   * @param fn - gives the value of an item
   * @param combine - makes one value of two
   * @param items - an iterable or async iterable of items
   * @param options - see {@link ReduceOptions}
   * @returns a promise of the value
   * @throws TypeError when there are no items and no `initial`; as {@link Executor.map}
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * console.log(await pool.reduce((word: string) => word.length, (a, b) => a + b, ['warp', 'weft'])); // 8
   * ```
   */
  async reduce<I, A>(
    fn: (item: I) => A | PromiseLike<A>,
    combine: (left: A, right: A) => A | PromiseLike<A>,
    items: Iterable<I> | AsyncIterable<I>,
    options?: ReduceOptions<A>,
  ): Promise<A> {
    checkMap('reduce', fn, items);
    if (typeof combine !== 'function') throw new TypeError(`reduce: combine must be a function, got ${show(combine)}`);
    checkOptions('reduce', options, reduceOptionChecks);
    return (await reduceBy(this, fn, combine, items, options ?? {})) as A;
  }

  /**
   * Runs a generator on a worker. `for await` receives its values as the generator yields them. The generator runs ahead of the
   * loop by a few dozen values and then pauses, and its worker runs other tasks in that time. Leaving the loop stops the
   * generator, and its `finally` runs. An error comes after the values before it.
   *
   * @param fn - a generator function, an async one, or a function that returns an iterable
   * @param args - its arguments
   * @returns the values, as an async iterator. The last `next()` gives the generator's return value
   * @throws as {@link Executor.submit}. Errors that `fn` throws come from the iteration
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const squares = pool.stream(function* (count: number) { for (let i = 0; i < count; i++) yield i * i; }, 1_000_000);
   * for await (const square of squares) if (square > 100) break; // the generator ends here, too
   * ```
   */
  stream<A extends unknown[], T, R = unknown>(
    fn: (...args: A) => Streamable<T, R> | PromiseLike<Streamable<T, R>>,
    ...args: A
  ): StreamResults<Awaited<T>, R> {
    if (typeof fn !== 'function') throw new TypeError(`stream: the task must be a function, got ${show(fn)}`);
    return startStream(this.#backend, fn, args) as StreamResults<Awaited<T>, R>;
  }

  /**
   * Runs a function once on each worker, beside the tasks: to warm up, to change a setting, to ask each one something. A pool starts the workers
   * that it may have and has not. In executors whose tasks run in the caller, the caller is the only worker.
   *
   * @param fn - the function
   * @param args - its arguments, copied as those of a task
   * @returns a promise of the results, one for each worker. It rejects with the first error when all have ended, with WorkerDiedError
   *   (`HEDDLE_WORKER_DIED`) for a worker that dies meanwhile
   * @throws as {@link Executor.submit}; TypeError when the executor cannot address its workers
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
   * await pool.broadcast({ later: true }, (level: string) => { process.env['LOG_LEVEL'] = level; }, 'debug');
   * console.log(await pool.broadcast(() => process.env['LOG_LEVEL'])); // [ 'debug', 'debug' ]
   * ```
   */
  broadcast<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>[]>;
  /** As above. @param options - see {@link BroadcastOptions} */
  broadcast<A extends unknown[], R>(options: BroadcastOptions, fn: (...args: A) => R, ...args: A): Promise<Awaited<R>[]>;
  async broadcast(...given: unknown[]): Promise<never[]> {
    const [options, fn, ...args] = typeof given[0] === 'function' ? [{}, ...given] : given;
    checkOptions('broadcast', options, { later: ofType('boolean') });
    if (typeof fn !== 'function') throw new TypeError(`broadcast: the task must be a function, got ${show(fn)}`);
    return (await broadcastOn(this.#backend, fn as AnyFunction, args, options ?? {})) as never[];
  }

  /**
   * Returns a view: an executor with the same workers that gives these options to each task. A view of a view has the options of
   * both, and the later ones win.
   *
   * @throws TypeError or RangeError that names the wrong option
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const endless = pool.with({ timeoutMs: 100, name: 'endless' }).submit(() => { for (;;); });
   * console.log(((await endless.exception()) as Error).name); // TimeoutError
   * ```
   */
  with<P = unknown>(options: TaskOptions<P>): Executor {
    checkOptions('with', options, taskOptionChecks);
    return new Executor(new OptionsBackend(this.#backend, options as TaskOptions));
  }

  /** `shutdown({ wait: true })`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown({ wait: true });
  }

  /** For {@link backendOf}; hidden from users. @internal */
  get [backendKey](): Backend {
    return this.#backend;
  }

  /** The text that `console.log` shows. @internal */
  [inspectKey](): string {
    const { name } = this.constructor;
    return this.#backend.describe?.(name) ?? describeBackend(name, this.#backend);
  }

  #startMap(verb: string, fn: AnyFunction, items: unknown, options: MapOptions | undefined, form: ResultForm = 'value'): MapRun {
    checkMap(verb, fn, items);
    const maySettle = verb === 'map' || verb === 'starmap';
    checkOptions(verb, options, maySettle ? settledMapOptionChecks : mapOptionChecks);
    const isChunked = options?.chunkSize !== undefined && options.chunkSize !== 'auto';
    const settings = isChunked || this.#backend.limitsTasks !== true ? options : { ...options, chunkSize: 1 };
    const isSettled = maySettle && (options as Partial<SettledMapOptions> | undefined)?.settled === true;
    return new MapRun({
      backend: this.#backend,
      spread: verb === 'starmap',
      fn,
      items: items as Iterable<unknown> | AsyncIterable<unknown>,
      options: settings ?? {},
      form: isSettled ? 'settled' : form,
    });
  }
}

function checkMap(verb: string, fn: unknown, items: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`${verb}: the task must be a function, got ${show(fn)}`);
  const iterable = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (typeof iterable?.[Symbol.iterator] !== 'function' && typeof iterable?.[Symbol.asyncIterator] !== 'function') {
    throw new TypeError(`${verb}: items must be iterable, got ${show(items)}`);
  }
}
