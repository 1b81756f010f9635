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
 * What `Pool` and `ThreadPool` have in common: CPython's `multiprocessing.Pool`, over any Executor.
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

  /** @param executor - the pool's own: it is shut down with it */
  protected constructor(executor: Executor) {
    this.#work = new PoolWork(executor);
  }

  /**
   * Runs `fn(...args)` on a worker. CPython's blocks; here the future is awaited.
   *
   * @param args - the arguments, as CPython takes them; there are no keyword arguments
   * @throws TypeError when `fn` is no function or `args` no array
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
   * As {@link ExecutorPool.apply}, and gives an AsyncResult.
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
   * Runs `fn(item)` for every item. CPython's blocks; here the future is awaited.
   *
   * @param items - read whole, at the call; for those that never end, or come with time, there is `imap`
   * @param options - a number is short for `{ chunkSize }`. By default there are four chunks for each worker: chunks of
   * `ceil(items / (4 * processes))`, as in CPython
   * @returns the values in the order of the items. It rejects, once all chunks are done, with the error of the first item that has
   * one; a chunk ends with the first error in it, the other chunks run to their end
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
   * As {@link ExecutorPool.map}, and gives an AsyncResult.
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
   * As {@link ExecutorPool.map}, for items that are lists of arguments: `fn(...item)`. One that is no list fails the call with a TypeError.
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
   * As {@link ExecutorPool.starmap}, and gives an AsyncResult.
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
   * Runs `fn(item)` for every item, and gives the results one by one, in the order of the items. Items are read as results are:
   * `bufferSize` of them ahead, so that they may have no end, or come with time. CPython's reads all of them at once, in a thread.
   *
   * After an error the iteration goes on with the next `next()`, as CPython's; a worker that dies fails the items of one chunk.
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
   * As {@link ExecutorPool.imap}, with the results in the order in which they are there.
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
   * Accepts nothing more; what was accepted is run, then the workers go. Idempotent.
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
   * Waits until all that was accepted is done and the workers are gone. Of an `imap` that nobody reads the remaining items are run now;
   * their results can still be read.
   *
   * @returns rejects with InvalidStateError (`HEDDLE_INVALID_STATE`) before `close()` or `terminate()`: CPython's ValueError "Pool is still running"
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
   * Ends the pool at once: workers are stopped, whatever they do, threads too. What had not begun fails with CancelledError
   * (`HEDDLE_CANCELLED`), what ran with AbortError (`HEDDLE_ABORTED`); CPython's results would be waited for for ever. Idempotent.
   *
   * @returns when the workers are gone
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

  /** `terminate()`, for `await using`: CPython's `with` does so too. To have work finished, await its results within the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  /** What `console.log` shows. @internal */
  [inspectKey](): string {
    return `${this.constructor.name} over ${this.#work.shown}`;
  }
}
