/**
 * One call of `imap`. Items are read as their results are read, and run in chunks.
 *
 *   items ──#readItems──▶ #partial ──a full chunk──▶ reservation ──▶ executor
 *              ▲ room                                                   │ ChunkOutcome
 *   next() ◀───┴──────────────────── ResultLine ◀───────────────────────┘
 *
 * Invariants
 * - An error is a result like a value. It has the place of its item, and the iteration continues after it. The later
 *   items of its chunk run as another task, whose results follow.
 * - `#unread` counts the items that were read and whose results were not. Below `bufferSize`, more items are read.
 *   After the pool is joined, perhaps no code reads results any more; then `#unrun`, the items that have not run, has to be
 *   below `bufferSize`.
 * - The reservation is held until no task is under way and none will follow, so that the pool can be closed meanwhile.
 */
import { CancelledError, type AnyFunction, type Backend, type ChunkOutcome, type Future, type Reservation } from '@heddle/futures';
import { addItem, cancellationOf, durationMs, markItems, reportError, scopeSignal, whenAborted } from '@heddle/futures/authors';
import { ResultLine, type Place, type Result } from './result-line.js';

/**
 * The results of an imap, as they arrive. An error takes the place of its item and ends a `for await`. After it you can
 * call `next()` for the results of later items, as in CPython. If you leave a `for await` early, the work that has not
 * begun is cancelled.
 */
export interface ImapResults<R> extends AsyncIterableIterator<R> {
  /**
   * Returns the next result, or rejects with the next error.
   *
   * @param timeoutMs - milliseconds to wait. It then rejects with TimeoutError (`HEDDLE_TIMEOUT`), and a later call
   *   gets the result
   * @defaultValue no limit
   */
  next(timeoutMs?: number): Promise<IteratorResult<R, undefined>>;
  /** Reads all remaining results, as `list(pool.imap(...))` in Python. It rejects with the first error. */
  toArray(): Promise<R[]>;
}

/** How an imap reads and runs its items. */
export interface ImapRun {
  readonly fn: AnyFunction;
  readonly items: Iterable<unknown> | AsyncIterable<unknown>;
  readonly chunkSize: number;
  readonly bufferSize: number;
  readonly ordered: boolean;
}

export class ImapIterator implements ImapResults<unknown> {
  readonly #run: ImapRun;
  readonly #fn: AnyFunction;
  readonly #isAsync: boolean;
  readonly #iterator: Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>;
  readonly #reservation: Reservation;
  readonly #whenOver: () => void;
  readonly #underWay = new Set<Future<unknown>>();
  readonly #line = new ResultLine(() => {
    this.#unread -= 1;
    this.#wake();
  });
  #partial: unknown[] = [];
  #unread = 0;
  #unrun = 0;
  #isJoined = false;
  #isSourceOver = false;
  /** How many items were scheduled. */
  #flushed = 0;
  /** Whether no more items may run, read or not. */
  #isStopped = false;
  #wake: () => void = () => undefined;
  #leaveScope: (() => void) | undefined;

  /** @param whenOver - called when none of its items run any more, and none will */
  constructor(backend: Backend, run: ImapRun, whenOver: () => void) {
    this.#run = run;
    this.#whenOver = whenOver;
    const { items } = run;
    this.#isAsync = isAsyncIterable(items);
    this.#iterator = isAsyncIterable(items) ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    this.#fn = backend.snapshotFunction(run.fn);
    this.#reservation = backend.reserve((error) => {
      this.stop({ error: error ?? new CancelledError('imap: the executor was shut down before all items had run') });
    });
  }

  start(): void {
    this.#enterScope(scopeSignal());
    void this.#readItems();
  }

  /** The tasks of this imap that the executor has. */
  get tasks(): Iterable<Future<unknown>> {
    return this.#underWay;
  }

  static {
    markItems(this.prototype);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(timeoutMs?: number): Promise<IteratorResult<unknown, undefined>> {
    if (timeoutMs !== undefined) durationMs(timeoutMs, 'next: timeoutMs');
    return await this.#line.next(timeoutMs ?? Infinity);
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    this.stop();
    for (const task of this.#underWay) task.cancel();
    this.#line.clear();
    return Promise.resolve({ done: true, value: undefined });
  }

  async toArray(): Promise<unknown[]> {
    const values: unknown[] = [];
    for await (const value of this) values.push(value);
    return values;
  }

  /** The pool is being joined: all items have to run, whether or not their results are read. */
  readAll(): void {
    this.#isJoined = true;
    this.#wake();
  }

  /**
   * Stops reading items, and runs none that are not under way.
   *
   * @param failure - the error that ends the results, when there were more items
   */
  stop(failure?: { readonly error: unknown }): void {
    this.#isStopped = true;
    this.#partial = [];
    if (this.#isSourceOver) return;
    this.#closeSource();
    this.#endSource(failure);
  }

  /**
   * Follows the scope in which `imap` was called. When the scope is cancelled, no more items run, running tasks are
   * aborted, and every later step rejects with the cancellation.
   */
  #enterScope(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const cancel = (): void => {
      this.#line.cancel(cancellationOf(signal));
      this.stop();
      for (const task of this.#underWay) void task.abort(signal.reason);
    };
    if (signal.aborted) cancel();
    else this.#leaveScope = whenAborted(signal, cancel);
  }

  async #readItems(): Promise<void> {
    while (!this.#isSourceOver) {
      const ahead = this.#isJoined ? this.#unrun : this.#unread;
      if (ahead >= this.#run.bufferSize) {
        if (ahead === this.#partial.length) this.#flush(); // only their results can make room
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      try {
        const next = this.#iterator.next();
        const { done, value } = this.#isAsync ? await this.#flushMeanwhile(next) : (next as IteratorResult<unknown, unknown>);
        if (this.#over()) return;
        if (done === true) this.#endSource();
        else this.#take(value);
      } catch (error) {
        this.#endSource({ error });
      }
    }
  }

  /** A method, since the value may have changed during any call. */
  #over(): boolean {
    return this.#isSourceOver;
  }

  #take(item: unknown): void {
    this.#partial.push(item);
    this.#unread += 1;
    this.#unrun += 1;
    if (this.#partial.length === this.#run.chunkSize) this.#flush();
  }

  /** Waits for a slow source, and meanwhile runs the items that have been read. */
  async #flushMeanwhile<S>(step: S | PromiseLike<S>): Promise<S> {
    const flushing =
      this.#partial.length === 0
        ? undefined
        : setImmediate(() => {
            this.#flush();
          });
    try {
      return await step;
    } finally {
      clearImmediate(flushing);
    }
  }

  /** Runs the items that were read, even when they are fewer than a chunk. */
  #flush(): void {
    const items = this.#partial;
    if (items.length === 0) return;
    this.#partial = [];
    this.#schedule(items, this.#flushed, this.#run.ordered ? this.#line.addPlace() : undefined);
    this.#flushed += items.length;
  }

  /**
   * @param from - the index of the first item in the whole imap
   * @param place - the place of the results; undefined in an unordered imap, where the results get a place when they
   *   arrive
   */
  #schedule(items: unknown[], from: number, place: Place | undefined): void {
    let task: Future<unknown>;
    try {
      task = this.#reservation.schedule({ kind: 'chunk', fn: this.#fn, items, spread: false, options: {} });
    } catch (error) {
      this.#fill(place, [{ status: 'rejected', reason: error }], true);
      this.stop();
      return;
    }
    this.#underWay.add(task);
    const arrived = (results: Result[], rest: unknown[]): void => {
      this.#underWay.delete(task);
      this.#unrun -= items.length - rest.length;
      this.#unread -= items.length - rest.length - results.length;
      this.#fill(place, results, rest.length === 0);
      if (rest.length > 0) this.#schedule(rest, from + results.length, place);
      this.#wake();
      this.#tellIfOver();
    };
    task.then(
      (value) => {
        const { values, failure } = value as ChunkOutcome;
        const results: Result[] = Array.from(values, (each) => ({ status: 'fulfilled', value: each }));
        if (failure !== undefined) {
          addItem(failure.error, from + values.length);
          results.push({ status: 'rejected', reason: failure.error });
        }
        arrived(results, this.#isStopped ? [] : items.slice(results.length));
      },
      (reason: unknown) => {
        if (items.length === 1) addItem(reason, from);
        arrived([{ status: 'rejected', reason }], []);
      },
    );
  }

  #fill(place: Place | undefined, results: readonly Result[], isFull: boolean): void {
    const filled = place ?? this.#line.addPlace();
    for (const result of results) filled.results.push(result);
    filled.isFull = isFull || place === undefined;
    this.#line.serve();
  }

  /** Ends the reading of items. */
  #endSource(failure?: { readonly error: unknown }): void {
    if (this.#isSourceOver) return;
    this.#isSourceOver = true;
    this.#flush();
    if (failure !== undefined) {
      this.#unread += 1;
      this.#fill(undefined, [{ status: 'rejected', reason: failure.error }], true);
    }
    this.#wake();
    this.#tellIfOver();
  }

  #closeSource(): void {
    const report = (error: unknown): void => {
      reportError('the iterable given to imap threw while it was closed', 'HEDDLE_CALLBACK_THREW', error);
    };
    try {
      Promise.resolve(this.#iterator.return?.()).then(undefined, report);
    } catch (error) {
      report(error);
    }
  }

  #tellIfOver(): void {
    if (!this.#isSourceOver || this.#underWay.size > 0) return;
    this.#leaveScope?.();
    this.#reservation.close();
    this.#line.end();
    this.#whenOver();
  }
}

function isAsyncIterable(items: Iterable<unknown> | AsyncIterable<unknown>): items is AsyncIterable<unknown> {
  return typeof (items as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}
