import { internalFrames } from '@heddle/engine';
import type { AnyFunction, Executor, Future } from '@heddle/futures';
import { checkOptions, inspectKey } from '@heddle/futures/authors';
import { AsyncResult } from './async-result.js';
import type { ImapResults } from './imap-iterator.js';
import {
  callbackChecks,
  callOptions,
  chunkChecks,
  imapChecks,
  mapAsyncChecks,
  type CallbackOptions,
  type ChunkOptions,
  type ImapOptions,
  type MapAsyncOptions,
} from './pool-options.js';
import { PoolWork } from './pool-work.js';

internalFrames.add(import.meta.url, 'pool/dist/bundle/');

/**
 * The base class of `Pool` and `ThreadPool`: CPython's `multiprocessing.Pool`, over any Executor.
 *
 * @example
 * ```ts
 * import { ThreadPool } from '@heddle/pool';
 *
 * await using pool = new ThreadPool(2);
 * console.log(await pool.map((n: number) => n ** 2, [1, 2, 3])); // [ 1, 4, 9 ]
 * ```
 */
export abstract class ExecutorPool implements AsyncDisposable {
  readonly #work: PoolWork;

  /** @param executor - belongs to the pool, which shuts it down */
  protected constructor(executor: Executor) {
    this.#work = new PoolWork(executor);
  }

  /**
   * Runs `fn(...args)` on a worker. CPython's `apply` blocks; here you await the future.
   *
   * @param args - the arguments in a list, as in CPython; there are no keyword arguments
   * @throws TypeError when `fn` is not a function or `args` not an array
   * @throws ShutdownError (`HEDDLE_SHUTDOWN`) after `close()` or `terminate()`: CPython's ValueError "Pool not running"
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * console.log(await pool.apply((a: number, b: number) => a + b, [1, 2])); // 3
   * ```
   */
  apply<R>(fn: () => R, args?: readonly []): Future<Awaited<R>>;
  apply<A extends unknown[], R>(fn: (...args: A) => R, args: readonly [...A]): Future<Awaited<R>>;
  apply<R>(fn: AnyFunction, args: readonly unknown[] = []): Future<Awaited<R>> {
    return this.#work.apply('apply', fn, args).future as Future<Awaited<R>>;
  }

  /**
   * Runs `fn(...args)` as {@link ExecutorPool.apply} does, and returns an AsyncResult.
   *
   * @param options - `callback` and `errorCallback`, called once the result is ready
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.applyAsync((n: number) => n * 2, [21], { callback: (value) => { console.log(value); } }); // 42
   * await result.wait();
   * ```
   */
  applyAsync<R>(fn: () => R, args?: readonly [], options?: CallbackOptions<Awaited<R>>): AsyncResult<Awaited<R>>;
  applyAsync<A extends unknown[], R>(
    fn: (...args: A) => R,
    args: readonly [...A],
    options?: CallbackOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>>;
  applyAsync<R>(fn: AnyFunction, args: readonly unknown[] = [], options?: CallbackOptions<Awaited<R>>): AsyncResult<Awaited<R>> {
    checkOptions('applyAsync', options, callbackChecks);
    return new AsyncResult(this.#work.apply('applyAsync', fn, args), 'applyAsync', options ?? {});
  }

  /**
   * Runs `fn(item)` for every item. CPython's `map` blocks; here you await the future.
   *
   * @param items - read to the end at the call. For items without end, or items that come over time, use `imap`
   * @param options - a number is short for `{ chunkSize }`. By default there are four chunks for each worker: chunks of
   *   `ceil(items / (4 * processes))`, as in CPython
   * @returns the values in the order of the items. When all chunks have ended, it rejects with the error of the first
   *   item that has one. A chunk ends with the first error in it; the other chunks run to their end
   * @throws as {@link ExecutorPool.apply}; TypeError or RangeError for a wrong option
   * @example
   * ```ts
   * import { Pool } from '@heddle/pool';
   *
   * await using pool = new Pool(2);
   * console.log(await pool.map((n: number) => n ** 2, [1, 2, 3])); // [ 1, 4, 9 ]
   * ```
   */
  map<I, R>(fn: (item: I) => R, items: Iterable<I>, options?: number | ChunkOptions): Future<Awaited<R>[]> {
    const { chunkSize } = callOptions('map', options, chunkChecks);
    return this.#work.map('map', false, fn, items, chunkSize).future as Future<Awaited<R>[]>;
  }

  /**
   * Runs `fn(item)` for every item as {@link ExecutorPool.map} does, and returns an AsyncResult.
   *
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.mapAsync((n: number) => n ** 2, [1, 2, 3]);
   * console.log(await result.get(10_000)); // [ 1, 4, 9 ]
   * ```
   */
  mapAsync<I, R>(fn: (item: I) => R, items: Iterable<I>, options?: number | MapAsyncOptions<Awaited<R>>): AsyncResult<Awaited<R>[]> {
    const given = callOptions('mapAsync', options, mapAsyncChecks);
    return new AsyncResult(this.#work.map('mapAsync', false, fn, items, given.chunkSize), 'mapAsync', given);
  }

  /**
   * Runs `fn(...item)` for every item, each of which is a list of arguments. Otherwise it is as {@link
   * ExecutorPool.map}. An item that is not a list fails the call with a TypeError.
   *
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * console.log(await pool.starmap((a: number, b: number) => a * b, [[2, 3], [4, 5]])); // [ 6, 20 ]
   * ```
   */
  starmap<A extends unknown[], R>(
    fn: (...args: A) => R,
    items: Iterable<readonly [...A]>,
    options?: number | ChunkOptions,
  ): Future<Awaited<R>[]> {
    const { chunkSize } = callOptions('starmap', options, chunkChecks);
    return this.#work.map('starmap', true, fn, items, chunkSize).future as Future<Awaited<R>[]>;
  }

  /**
   * Runs `fn(...item)` for every item as {@link ExecutorPool.starmap} does, and returns an AsyncResult.
   *
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.starmapAsync((a: number, b: number) => a * b, [[2, 3], [4, 5]]);
   * console.log(await result.get()); // [ 6, 20 ]
   * ```
   */
  starmapAsync<A extends unknown[], R>(
    fn: (...args: A) => R,
    items: Iterable<readonly [...A]>,
    options?: number | MapAsyncOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>[]> {
    const given = callOptions('starmapAsync', options, mapAsyncChecks);
    return new AsyncResult(this.#work.map('starmapAsync', true, fn, items, given.chunkSize), 'starmapAsync', given);
  }

  /**
   * Runs `fn(item)` for every item, and returns the results one by one, in the order of the items. The pool reads
   * `bufferSize` items ahead of the results that you read. The items may therefore have no end, or come over time.
   * CPython's `imap` reads all of them at once, in a thread.
   *
   * After an error, the next `next()` continues the iteration, as in CPython. A worker that dies fails the items of one
   * chunk.
   *
   * @param options - a number is short for `{ chunkSize }`, which is 1 by default
   * @throws as {@link ExecutorPool.map}
   * @example
   * ```ts
   * import { Pool } from '@heddle/pool';
   *
   * await using pool = new Pool(2);
   * function* naturals() { for (let n = 1; ; n++) yield n; }
   * for await (const square of pool.imap((n: number) => n ** 2, naturals())) {
   *   if (square > 100) break; // what has not begun is cancelled, the generator ends
   * }
   * ```
   */
  imap<I, R>(fn: (item: I) => R, items: Iterable<I> | AsyncIterable<I>, options?: number | ImapOptions): ImapResults<Awaited<R>> {
    return this.#work.imap('imap', fn, items, callOptions('imap', options, imapChecks), true) as ImapResults<Awaited<R>>;
  }

  /**
   * Runs `fn(item)` for every item as {@link ExecutorPool.imap} does, and returns the results in the order in which
   * they arrive.
   *
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * for await (const square of pool.imapUnordered((n: number) => n ** 2, [1, 2, 3])) console.log(square); // in any order
   * ```
   */
  imapUnordered<I, R>(fn: (item: I) => R, items: Iterable<I> | AsyncIterable<I>, options?: number | ImapOptions): ImapResults<Awaited<R>> {
    return this.#work.imap('imapUnordered', fn, items, callOptions('imapUnordered', options, imapChecks), false) as ImapResults<Awaited<R>>;
  }

  /**
   * Accepts no more work. The pool runs the work that it has accepted, then its workers end. Idempotent.
   *
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.mapAsync((n: number) => n, [1, 2]);
   * pool.close(); // accepts nothing more
   * await pool.join();
   * console.log(await result.get()); // [ 1, 2 ]
   * ```
   */
  close(): void {
    this.#work.close();
  }

  /**
   * Waits until all accepted work has finished and the workers have ended. If an `imap` has items left that you have
   * not read, they run now; you can still read their results.
   *
   * @returns rejects with InvalidStateError (`HEDDLE_INVALID_STATE`) before `close()` or `terminate()`: CPython's
   *   ValueError "Pool is still running"
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * pool.close(); // before join
   * await pool.join(); // the workers have ended
   * ```
   */
  async join(): Promise<void> {
    await this.#work.join();
  }

  /**
   * Ends the pool at once, and stops workers even while they run tasks, threads too. Work that had not begun fails with
   * CancelledError (`HEDDLE_CANCELLED`), running work with AbortError (`HEDDLE_ABORTED`). In CPython such results never
   * come. Idempotent.
   *
   * @returns a promise that resolves when the workers have ended
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const endless = pool.applyAsync(() => { for (;;); });
   * await pool.terminate();
   * console.log(endless.ready()); // true: it has failed
   * ```
   */
  async terminate(): Promise<void> {
    await this.#work.terminate();
  }

  /**
   * Calls `terminate()`, for `await using`; CPython's `with` does the same. Await the results within the block if the
   * work has to finish.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  /** Returns the text that `console.log` shows. @internal */
  [inspectKey](): string {
    return `${this.constructor.name} over ${this.#work.shown}`;
  }
}
