/**
 * One `imap`: items are read as their results are, and run in chunks.
 *
 *   items ──#readItems──▶ #partial ──a full chunk──▶ reservation ──▶ executor
 *              ▲ room                                                   │ ChunkOutcome
 *   next() ◀───┴──────────────────── ResultLine ◀───────────────────────┘
 *
 * Invariants
 * - An error is a result like a value: it stands where its item does, and the iteration goes on after it. The items behind it in
 *   its chunk run as another task, whose results stand behind it.
 * - `#unread` counts the items that were read and whose results were not; below `bufferSize` more are read. Once the pool is joined
 *   nobody may read results any more: then `#unrun`, the items that have not run, is to be below it.
 * - The reservation is held until no task is under way and none will follow: so the pool can be closed meanwhile.
 */
import { CancelledError, type AnyFunction, type Backend, type ChunkOutcome, type Future, type Reservation } from '@heddle/futures';
import { addItem, cancellationOf, durationMs, markItems, reportError, scopeSignal, whenAborted } from '@heddle/futures/authors';
import { ResultLine, type Place, type Result } from './result-line.js';

/**
 * The results of an imap, to come. An error stands in the place of its item and ends a `for await`; `next()` can be called after it
 * for the results of the items behind, as in CPython. Leaving a `for await` early cancels what has not begun.
 */
export interface ImapResults<R> extends AsyncIterableIterator<R> {
  /**
   * The next result, or the next error.
   *
   * @param timeoutMs - milliseconds to wait; then it rejects with TimeoutError (`HEDDLE_TIMEOUT`) and a later call gets the result
   * @defaultValue no limit
   */
  next(timeoutMs?: number): Promise<IteratorResult<R, undefined>>;
  /** All results that were not read yet, as `list(pool.imap(...))` in Python; rejects with the first error. */
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
  /** Items that were scheduled. */
  #flushed = 0;
  /** Nothing more is to be run, read or not. */
  #isStopped = false;
  #wake: () => void = () => undefined;
  #leaveScope: (() => void) | undefined;

  /** @param whenOver - told when nothing of it runs any more, and nothing will */
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

  /** What of it the executor has. */
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

  /** The pool is being joined: all items are to be run, whether or not their results are read. */
  readAll(): void {
    this.#isJoined = true;
    this.#wake();
  }

  /**
   * No item is read any more, and none run that is not under way.
   *
   * @param failure - stands at the end of the results, when there were more items
   */
  stop(failure?: { readonly error: unknown }): void {
    this.#isStopped = true;
    this.#partial = [];
    if (this.#isSourceOver) return;
    this.#closeSource();
    this.#endSource(failure);
  }

  /** When the scope that it was called in is cancelled nothing more of it is run, what runs is aborted, and every further step says so. */
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
        if (ahead === this.#partial.length) this.#flush(); // room comes of nothing else
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

  /** Asked again after anything may have happened. */
  #over(): boolean {
    return this.#isSourceOver;
  }

  #take(item: unknown): void {
    this.#partial.push(item);
    this.#unread += 1;
    this.#unrun += 1;
    if (this.#partial.length === this.#run.chunkSize) this.#flush();
  }

  /** What is there already does not wait for a source that takes its time. */
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

  /** Runs what was read, though it may be less than a chunk. */
  #flush(): void {
    const items = this.#partial;
    if (items.length === 0) return;
    this.#partial = [];
    this.#schedule(items, this.#flushed, this.#run.ordered ? this.#line.addPlace() : undefined);
    this.#flushed += items.length;
  }

  /**
   * @param from - the index of the first item among all
   * @param place - of its results; unordered, they get one when they are there
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

  /** No item will be read any more. */
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
