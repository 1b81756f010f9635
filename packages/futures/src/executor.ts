/**
 * Executor: what every pool, adapter and decorator is. An implementation answers `schedule`, `shutdown` and
 * `statistics`; submit, map, starmap and the views of `with` are built on these here, once.
 */
import { failureOwnerOf, failuresKey } from './failure-notes.js';
import type { Future } from './future.js';
import { MapRun } from './map.js';
import { mapOptionChecks, type MapOptions, type MapResults } from './map-options.js';
import { abortSignal, checkOptions, durationMs, finiteNumber, ofType, show } from './options.js';
import { scheduleInScope } from './schedule-in-scope.js';
import { inspectKey, showExecutor } from './show-executor.js';
import { behindFrames } from './submit-site.js';
import type { ExecutorStatistics } from './statistics.js';
import { startStream } from './stream.js';
import type { StreamResults } from './stream-results.js';
import type { AnyFunction, Reservation, Sliceable, TaskOptions, TaskRequest } from './task-request.js';

/** Options of {@link Executor.shutdown}. */
export interface ShutdownOptions {
  /**
   * Whether the promise waits until all accepted tasks are done and the workers are gone.
   * @defaultValue true
   */
  wait?: boolean;
  /**
   * Whether tasks that have not begun are cancelled.
   * @defaultValue false
   */
  cancelFutures?: boolean;
}

/** What {@link Executor.stream} can iterate. */
export type Streamable<T, R = unknown> = AsyncIterable<T, R> | Iterable<T, R>;

const noOptions: TaskOptions = Object.freeze({});

/** Not seen by users; the same in all copies of the package. */
const limitsTasks: unique symbol = Symbol.for('heddle.limitsTasks') as never;

const taskOptionChecks = {
  signal: abortSignal,
  timeoutMs: durationMs,
  priority: finiteNumber,
  name: ofType('string'),
  onProgress: ofType('function'),
};

/** Accepts functions to run, and gives a {@link Future} for each. */
export abstract class Executor implements AsyncDisposable {
  /** How many tasks can run at the same time. */
  abstract readonly parallelism: number;

  /**
   * Accepts one task. For executor authors and decorators; users call {@link Executor.submit}.
   *
   * @throws ShutdownError, BrokenExecutor
   */
  abstract schedule(request: TaskRequest): Future<unknown>;

  /**
   * Stops accepting tasks. Idempotent; a later call may add `cancelFutures`.
   *
   * @returns resolves when the workers are gone; at once with `wait: false`
   */
  abstract shutdown(options?: ShutdownOptions): Promise<void>;

  /** A snapshot of what the executor did and does. */
  abstract statistics(): ExecutorStatistics;

  /**
   * Runs `fn(...args)` on a worker. Arguments are taken as they are now; later changes do not reach the task.
   *
   * Within a cancellation scope (a coroutine of `@heddle/coroutines`) the task belongs to it: when that is cancelled the task is cancelled
   * or, when it runs, aborted.
   *
   * @throws TypeError when `fn` is no function
   * @throws ShutdownError (`HEDDLE_SHUTDOWN`) after shutdown, BrokenExecutor when it is broken
   */
  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Future<Awaited<R>> {
    if (typeof fn !== 'function') throw new TypeError(`submit: the task must be a function, got ${show(fn)}`);
    return scheduleInScope(this, { kind: 'call', fn, args, options: noOptions }) as Future<Awaited<R>>;
  }

  /**
   * Runs `fn(item)` for every item; the results come in the order of the items (`ordered: false`: as they finish).
   * Arrays are accepted whole at the call; other iterables are read ahead by `bufferSize` items.
   *
   * The first error ends it, after the results before it. Its `index` says which item of all it is of, as the end of its stack does.
   *
   * @throws as {@link Executor.submit}; TypeError or RangeError for a wrong option
   */
  map<I, R>(fn: (item: I) => R, items: Iterable<I> | AsyncIterable<I>, options?: MapOptions): MapResults<Awaited<R>> {
    return this.#startMap('map', fn, items, options) as MapResults<Awaited<R>>;
  }

  /** As {@link Executor.map}, for items that are argument lists: `fn(...item)`. */
  starmap<A extends unknown[], R>(
    fn: (...args: A) => R,
    items: Iterable<A> | AsyncIterable<A>,
    options?: MapOptions,
  ): MapResults<Awaited<R>> {
    return this.#startMap('starmap', fn, items, options) as MapResults<Awaited<R>>;
  }

  /**
   * Runs a generator on a worker: `for await` gives what it yields, as it yields it. The generator runs ahead of the loop by
   * a few dozen values, then stands still, and its worker does other work meanwhile; leaving the loop stops it, and its
   * `finally` runs. An error comes after the values before it.
   *
   * @param fn - a generator, an async one, or a function that returns anything that can be iterated
   * @returns the values to come; `next()` gives, at the end, what the generator returned
   * @throws as {@link Executor.submit}; what `fn` throws comes from the iteration
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
    return startStream(this, fn, args) as StreamResults<Awaited<T>, R>;
  }

  /**
   * A view on the same workers that gives each task these options. Views nest; the inner ones win.
   *
   * @throws TypeError or RangeError naming the wrong option
   */
  with<P = unknown>(options: TaskOptions<P>): Executor {
    checkOptions('with', options, taskOptionChecks);
    return new ExecutorView(this, options as TaskOptions);
  }

  /** `shutdown({ wait: true })`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown({ wait: true });
  }

  /** Whether tasks run for a limited time (`with({ timeoutMs })`). @internal */
  get [limitsTasks](): boolean {
    return false;
  }

  /** What `console.log` shows. @internal */
  [inspectKey](): string {
    return showExecutor(this.constructor.name, this);
  }

  /**
   * Takes a map's items as they are now. Executors that copy override it.
   *
   * @param _spread - whether each item is a list of arguments
   */
  snapshot(items: readonly unknown[], _spread: boolean): Sliceable {
    return items.slice();
  }

  /** Takes the function of a map as it is now, for all its chunks. Executors that copy what it captures override it. */
  snapshotFunction(fn: AnyFunction): AnyFunction {
    return fn;
  }

  /**
   * Accepts a map as a whole: see {@link Reservation}. `onCancel` is called when what has not begun won't be run: without an
   * argument when shutdown cancels it, else with the error that says why.
   */
  reserve(_onCancel: (error?: unknown) => void): Reservation {
    return { schedule: (request) => this.schedule(request), close: () => undefined };
  }

  /** Resolves when the queue has room again; `undefined` when it has now. */
  whenRoom(): Promise<void> | undefined {
    return undefined;
  }

  #startMap(verb: 'map' | 'starmap', fn: AnyFunction, items: unknown, options: MapOptions | undefined): MapRun {
    if (typeof fn !== 'function') throw new TypeError(`${verb}: the task must be a function, got ${show(fn)}`);
    checkOptions(verb, options, mapOptionChecks);
    const iterable = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
    if (typeof iterable?.[Symbol.iterator] !== 'function' && typeof iterable?.[Symbol.asyncIterator] !== 'function') {
      throw new TypeError(`${verb}: items must be iterable, got ${show(items)}`);
    }
    const isChunked = options?.chunkSize !== undefined && options.chunkSize !== 'auto';
    const settings = isChunked || !this[limitsTasks] ? options : { ...options, chunkSize: 1 };
    return new MapRun(this, verb === 'starmap', fn, items as Iterable<unknown> | AsyncIterable<unknown>, settings ?? {});
  }
}

/**
 * Passes everything on to another executor. For authors of decorators: subclass it, and override what differs; a task comes
 * by `schedule`, or by `schedule` of what `reserve` returns.
 */
export abstract class ForwardingExecutor extends Executor {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    super();
    this.#executor = executor;
  }

  get parallelism(): number {
    return this.#executor.parallelism;
  }

  /** @internal */
  override get [limitsTasks](): boolean {
    return this.#executor[limitsTasks];
  }

  /** @internal */
  get [failuresKey](): object {
    return failureOwnerOf(this.#executor);
  }

  /** @internal */
  override [inspectKey](): string {
    return `${this.constructor.name} over ${this.#executor[inspectKey]()}`;
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return this.#executor.schedule(request);
  }

  override shutdown(options?: ShutdownOptions): Promise<void> {
    return this.#executor.shutdown(options);
  }

  override statistics(): ExecutorStatistics {
    return this.#executor.statistics();
  }

  override snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    return this.#executor.snapshot(items, spread);
  }

  override snapshotFunction(fn: AnyFunction): AnyFunction {
    return this.#executor.snapshotFunction(fn);
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    return this.#executor.reserve(onCancel);
  }

  override whenRoom(): Promise<void> | undefined {
    return this.#executor.whenRoom();
  }
}

/** Frames that a view has between the user's call and the executor beneath. */
const framesOfView = 4;

/** The same workers with options for each task. */
class ExecutorView extends ForwardingExecutor {
  readonly #options: TaskOptions;

  constructor(executor: Executor, options: TaskOptions) {
    super(executor);
    this.#options = { ...options };
  }

  /** @internal */
  override get [limitsTasks](): boolean {
    const { timeoutMs } = this.#options;
    return timeoutMs === undefined ? super[limitsTasks] : timeoutMs !== Infinity;
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return behindFrames(framesOfView, () => super.schedule(this.#merge(request)));
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const reservation = behindFrames(framesOfView, () => super.reserve(onCancel));
    return {
      schedule: (request) => reservation.schedule(this.#merge(request)),
      close: () => {
        reservation.close();
      },
    };
  }

  #merge(request: TaskRequest): TaskRequest {
    return { ...request, options: { ...this.#options, ...request.options } };
  }
}
