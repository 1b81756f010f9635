/**
 * The caller's end of one `map`: items leave in chunks, values come back in order, and the first error ends it.
 *
 *   source ──take──▶ pump ──schedule──▶ executor
 *                     ▲ room               │ ChunkOutcome
 *   consumer ◀─next── ready chunks ◀───────┘
 *
 * The pump runs whenever there may be new room: at the call, when a chunk is done, and when an item was read.
 */
import { defer } from '#platform';
import { CancelledError, TimeoutError } from '../errors/errors.js';
import type { Backend } from '../executor/backend.js';
import { markItems } from '../executor/items.js';
import { scheduledFromHere } from '../executor/scheduled-from-here.js';
import type { AnyFunction, ChunkOutcome, Reservation, Sliceable } from '../executor/task-request.js';
import { Fifo } from '../helpers/fifo.js';
import { reportError } from '../helpers/report.js';
import { startTimer } from '../helpers/timers.js';
import { whenAborted } from '../helpers/when-aborted.js';
import { cancellationOf } from '../scope/schedule-in-scope.js';
import { scopeSignal } from '../scope/scope-signal.js';
import { ChunkSizer } from './chunk-sizer.js';
import { addItem } from './item-error.js';
import { failedItem, wholeFailure, type Chunk } from './map-chunk.js';
import type { MapOptions, MapResults } from './map-options.js';
import { IteratorSource, snapshotOf, type MapSource } from './map-source.js';

const readAhead = 1024;
/** If the buffer has no room for a whole chunk, a smaller one is sent when it has at least one fourth of the wanted items. */
const leastChunk = 4;

interface Waiter {
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const finished: IteratorResult<unknown, undefined> = { done: true, value: undefined };

// `in` would throw for a string, which is iterable, too.
function isAsyncIterable(items: Iterable<unknown> | AsyncIterable<unknown>): items is AsyncIterable<unknown> {
  return typeof (items as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}

export class MapRun implements MapResults<unknown> {
  readonly #backend: Backend;
  readonly #reservation: Reservation;
  readonly #spread: boolean;
  readonly #ordered: boolean;
  readonly #bufferSize: number;
  readonly #sizer: ChunkSizer;
  readonly #onProgress: MapOptions['onProgress'];
  readonly #timeoutMs: number;
  readonly #startedAt = performance.now();
  #fn: AnyFunction | undefined;
  #source: MapSource | undefined;
  #asyncIterator: AsyncIterator<unknown> | undefined;
  /** Items that were pulled from an async iterator and are not in a chunk yet. */
  #partial: unknown[] = [];
  #total: number | undefined;
  /** Chunks in the order in which they will be read: as submitted or, if unordered, as they are done. */
  readonly #chunks = new Fifo<Chunk>();
  readonly #underWay = new Set<Chunk>();
  /** The position within the first chunk's values. */
  #cursor = 0;
  /** How many items were submitted or pulled, and not yet yielded. */
  #outstanding = 0;
  /** How many items were submitted. */
  #dispatched = 0;
  #done = 0;
  #sourceEnded = false;
  #ended = false;
  #pumping = false;
  /** Whether the pulled items will leave in the next turn. */
  #flushing = false;
  readonly #waiters = new Fifo<Waiter>();
  #stopTimer: (() => void) | undefined;
  #leaveScope: (() => void) | undefined;
  /** Set when the scope in which the map was called is cancelled. */
  #cancellation: CancelledError | undefined;

  constructor(backend: Backend, spread: boolean, fn: AnyFunction, items: Iterable<unknown> | AsyncIterable<unknown>, options: MapOptions) {
    this.#backend = backend;
    this.#spread = spread;
    this.#fn = backend.snapshotFunction(fn);
    this.#ordered = options.ordered ?? true;
    this.#onProgress = options.onProgress;
    this.#timeoutMs = options.timeoutMs ?? Infinity;
    this.#sizer = new ChunkSizer(options.chunkSize === 'auto' ? undefined : options.chunkSize, backend);
    const isArray = Array.isArray(items);
    this.#bufferSize = options.bufferSize ?? (isArray ? Infinity : readAhead);
    const wholeAtOnce = isArray && this.#bufferSize === Infinity;
    if (isArray) this.#source = snapshotOf(backend, items, spread);
    else if (isAsyncIterable(items)) this.#asyncIterator = items[Symbol.asyncIterator]();
    else this.#source = new IteratorSource(items[Symbol.iterator]());
    this.#total = this.#source?.total;
    this.#reservation = wholeAtOnce
      ? backend.reserve((error) => {
          this.#cancelRest(error);
        })
      : scheduledFromHere(backend);
    try {
      this.#enterScope(scopeSignal());
      this.#pump();
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  static {
    markItems(this.prototype);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#cancellation !== undefined) return Promise.reject(this.#cancellation);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    this.#stop();
    return Promise.resolve(finished);
  }

  async toArray(): Promise<unknown[]> {
    const results: unknown[] = [];
    for (;;) {
      const outcome = this.#waiters.length === 0 ? this.#ready() : undefined;
      if (outcome !== undefined && this.#cursor < outcome.values.length) {
        const { values } = outcome;
        for (let i = this.#cursor; i < values.length; i++) results.push(values[i]);
        this.#outstanding -= values.length - this.#cursor;
        this.#cursor = values.length;
        this.#pumpSafely();
      } else {
        const step = await this.next();
        if (step.done === true) return results;
        results.push(step.value);
      }
    }
  }

  /** Gives results to waiting calls of `next`. Starts the timer if some still wait. */
  #serve(): void {
    while (this.#waiters.length > 0) {
      const outcome = this.#ready();
      if (outcome === undefined) {
        if (!this.#exhausted) break;
        this.#end();
        while (this.#waiters.length > 0) this.#waiters.shift()?.resolve(finished);
      } else if (this.#cursor < outcome.values.length) {
        const value = outcome.values[this.#cursor];
        if (Array.isArray(outcome.values)) outcome.values[this.#cursor] = undefined;
        this.#cursor += 1;
        this.#outstanding -= 1;
        this.#waiters.shift()?.resolve({ done: false, value });
        this.#pumpSafely();
      } else {
        addItem(outcome.failure?.error, failedItem(this.#chunks.peek()));
        this.#fail(outcome.failure?.error);
      }
    }
    if (this.#waiters.length === 0) this.#disarm();
    else this.#arm();
  }

  get #exhausted(): boolean {
    return this.#ended || (this.#sourceEnded && this.#chunks.length === 0 && this.#underWay.size === 0 && this.#partial.length === 0);
  }

  /** The outcome to read from. Drops chunks that were read to their end; a failed one stays until its error is thrown. */
  #ready(): ChunkOutcome | undefined {
    while (!this.#ended) {
      const outcome = this.#chunks.peek()?.outcome;
      if (outcome === undefined) return undefined;
      if (this.#cursor < outcome.values.length || outcome.failure !== undefined) return outcome;
      this.#chunks.shift();
      this.#cursor = 0;
    }
    return undefined;
  }

  #fail(error: unknown): void {
    const first = this.#waiters.shift();
    this.#stop();
    first?.reject(error);
  }

  #arm(): void {
    if (this.#timeoutMs === Infinity || this.#stopTimer !== undefined) return;
    const remainingMs = Math.max(0, this.#timeoutMs - (performance.now() - this.#startedAt));
    this.#stopTimer = startTimer(remainingMs, () => {
      this.#fail(new TimeoutError(`map: no result within ${String(this.#timeoutMs)} ms of the call; what had not begun is cancelled`));
    });
  }

  #disarm(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** Ends the iteration and cancels the chunks that have not begun. */
  #stop(): void {
    if (this.#ended) return;
    const underWay = [...this.#underWay];
    this.#end();
    for (const chunk of underWay) chunk.future?.cancel();
    this.#serve();
  }

  /** When the scope is cancelled, no more chunks run, running ones are aborted, and every further `next` rejects with the CancelledError. */
  #enterScope(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const cancel = (): void => {
      this.#cancellation = cancellationOf(signal);
      const underWay = [...this.#underWay];
      this.#fail(this.#cancellation);
      for (const { future } of underWay) void future?.abort(signal.reason);
    };
    if (signal.aborted) cancel();
    else this.#leaveScope = whenAborted(signal, cancel);
  }

  /** No more chunks run. Results that are there still come, and then the error. */
  #cancelRest(error?: unknown): void {
    if (this.#sourceEnded) return;
    this.#failSource(error ?? new CancelledError('map: its executor was shut down with cancelFutures before every item had run'));
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#disarm();
    this.#leaveScope?.();
    this.#chunks.clear();
    this.#underWay.clear();
    this.#partial = [];
    this.#finishSource(true);
  }

  #finishSource(early: boolean): void {
    if (this.#sourceEnded) return;
    this.#sourceEnded = true;
    this.#fn = undefined;
    this.#reservation.close();
    const source = this.#source;
    const asyncIterator = this.#asyncIterator;
    this.#source = undefined;
    this.#asyncIterator = undefined;
    if (!early) return;
    try {
      source?.close();
      asyncIterator?.return?.().then(undefined, (error: unknown) => {
        reportError('the iterable given to map threw while it was closed', 'HEDDLE_CALLBACK_THREW', error);
      });
    } catch (error) {
      reportError('the iterable given to map threw while it was closed', 'HEDDLE_CALLBACK_THREW', error);
    }
  }

  /** How many items the next chunk may have; 0 when there is no room now. */
  #room(): number {
    if (this.#underWay.size >= this.#sizer.inFlight) return 0;
    const wanted = Math.min(this.#sizer.next(this.#source?.remaining), this.#bufferSize);
    const room = this.#bufferSize - this.#outstanding;
    if (room >= wanted) return wanted;
    // Each item that is read makes room for one more. Chunks of one item would cost too much where far larger ones are wanted.
    return this.#sizer.inFlight === Infinity || room * leastChunk < wanted ? 0 : room;
  }

  #pumpSafely(): void {
    try {
      this.#pump();
    } catch (error) {
      this.#failSource(error);
    }
  }

  #pump(): void {
    if (this.#pumping || this.#sourceEnded) return;
    if (this.#asyncIterator !== undefined) {
      void this.#pull(this.#asyncIterator);
      return;
    }
    this.#pumping = true;
    try {
      for (let source = this.#source; source !== undefined; source = this.#source) {
        const room = this.#room();
        if (room === 0) break;
        const full = this.#backend.whenRoom();
        if (full !== undefined) {
          full.then(
            () => {
              this.#pumpSafely();
            },
            (error: unknown) => {
              this.#failSource(error);
            },
          );
          break;
        }
        const items = source.take(room);
        if (items.length > 0) this.#dispatch(items);
        if (source.failure !== undefined) this.#failSource(source.failure.error);
        else if (source.remaining === 0) this.#finishSource(false);
      }
    } finally {
      this.#pumping = false;
    }
    if (this.#sourceOver()) this.#serve();
  }

  /** A method, since TypeScript would assume that the field has not changed since it was checked before. */
  #sourceOver(): boolean {
    return this.#sourceEnded;
  }

  /** The pump of an async iterable. It calls one `next()` at a time, and sends a partial chunk when the source makes it wait. */
  async #pull(iterator: AsyncIterator<unknown>): Promise<void> {
    this.#pumping = true;
    try {
      while (!this.#sourceEnded) {
        if (this.#outstanding >= this.#bufferSize || this.#underWay.size >= this.#sizer.inFlight) break;
        await this.#backend.whenRoom();
        if (this.#sourceOver()) break;
        const step = await iterator.next();
        if (this.#sourceOver()) break;
        if (step.done === true) {
          this.#flush();
          this.#finishSource(false);
          break;
        }
        this.#partial.push(step.value);
        this.#outstanding += 1;
        if (this.#partial.length >= this.#sizer.next(undefined)) this.#flush();
        else if (!this.#flushing) {
          this.#flushing = true;
          defer(() => {
            this.#flushing = false;
            this.#flush();
          });
        }
      }
    } catch (error) {
      this.#flush();
      this.#failSource(error);
    } finally {
      this.#pumping = false;
    }
    if (this.#outstanding >= this.#bufferSize) this.#flush();
    this.#serve();
  }

  #flush(): void {
    const items = this.#partial;
    if (items.length === 0 || this.#ended) return;
    this.#partial = [];
    this.#outstanding -= items.length;
    try {
      this.#dispatch(items);
    } catch (error) {
      this.#failSource(error);
    }
  }

  /** The source failed, or the executor refused a chunk. The error comes after the results before it. */
  #failSource(error: unknown): void {
    if (this.#ended) return;
    this.#chunks.push({ size: 0, from: undefined, future: undefined, outcome: wholeFailure(error) });
    this.#finishSource(true);
    this.#serve();
  }

  #dispatch(items: Sliceable): void {
    const fn = this.#fn;
    if (fn === undefined) return;
    const future = this.#reservation.schedule({ kind: 'chunk', fn, items, spread: this.#spread, options: {} });
    const chunk: Chunk = { size: items.length, from: this.#dispatched, future, outcome: undefined };
    this.#dispatched += chunk.size;
    this.#outstanding += chunk.size;
    this.#underWay.add(chunk);
    if (this.#ordered) this.#chunks.push(chunk);
    void future.then(
      (outcome) => {
        this.#arrived(chunk, outcome as ChunkOutcome);
      },
      (error: unknown) => {
        this.#arrived(chunk, wholeFailure(error));
      },
    );
  }

  #arrived(chunk: Chunk, outcome: ChunkOutcome): void {
    if (this.#ended) return;
    chunk.outcome = outcome;
    this.#underWay.delete(chunk);
    if (!this.#ordered) this.#chunks.push(chunk);
    this.#sizer.measured(outcome.values.length, outcome.elapsedMs);
    this.#done += outcome.values.length;
    try {
      this.#onProgress?.(this.#done, this.#total);
    } catch (error) {
      reportError("map's onProgress threw", 'HEDDLE_CALLBACK_THREW', error);
    }
    this.#pumpSafely();
    this.#serve();
  }
}
