/**
 * The results of one `map`: values come in order, and the first error ends it. The items leave through a MapFeed, in chunks.
 *
 *   consumer ──next──▶ MapRun ──read──▶ MapFeed ──schedule──▶ executor
 *            ◀─value──        ◀─chunks──        ◀─ChunkOutcome─
 */
import { CancelledError, TimeoutError } from '../errors/errors.js';
import { markItems } from '../executor/items.js';
import { scheduledFromHere } from '../executor/scheduled-from-here.js';
import type { ChunkOutcome } from '../executor/task-request.js';
import { Fifo } from '../helpers/fifo.js';
import { startTimer } from '../helpers/timers.js';
import { whenAborted } from '../helpers/when-aborted.js';
import { cancellationOf } from '../scope/schedule-in-scope.js';
import { scopeSignal } from '../scope/scope-signal.js';
import { failedSource, type Chunk } from './map-chunk.js';
import { MapFeed, type MapCall, type MapFeedEvents } from './map-feed.js';
import type { MapResults } from './map-options.js';

interface Waiter {
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const finished: IteratorResult<unknown, undefined> = { done: true, value: undefined };

export class MapRun implements MapResults<unknown>, MapFeedEvents {
  readonly #ordered: boolean;
  readonly #timeoutMs: number;
  readonly #startedAt = performance.now();
  readonly #feed: MapFeed;
  /** Chunks in the order in which they will be read: as submitted or, if unordered, as they are done. */
  readonly #chunks = new Fifo<Chunk>();
  /** The position within the first chunk's values. */
  #cursor = 0;
  readonly #isLimitedInBytes: boolean;
  #ended = false;
  readonly #waiters = new Fifo<Waiter>();
  #stopTimer: (() => void) | undefined;
  #leaveScope: (() => void) | undefined;
  /** Set when the scope in which the map was called is cancelled. */
  #cancellation: CancelledError | undefined;

  /** @throws as {@link Executor.map} */
  constructor(call: MapCall) {
    const { ordered = true, timeoutMs = Infinity, bufferBytes } = call.options;
    this.#ordered = ordered;
    this.#timeoutMs = timeoutMs;
    this.#isLimitedInBytes = bufferBytes !== undefined;
    const { backend } = call;
    this.#feed = new MapFeed(call, this);
    // Here and not in the feed, since the stack of the call has few frames to spare.
    this.#feed.reserved(
      this.#feed.isWhole
        ? backend.reserve((error) => {
            this.#cancelRest(error);
          })
        : scheduledFromHere(backend),
    );
    try {
      this.#enterScope(scopeSignal());
      this.#feed.pump();
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  static {
    markItems(this.prototype);
  }

  get total(): number | undefined {
    return this.#feed.total;
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
    await this.#readAll((values, from) => {
      for (let i = from; i < values.length; i++) results.push(values[i]);
    });
    return results;
  }

  /** Reads all results, and keeps none. */
  drain(): Promise<void> {
    return this.#readAll(() => undefined);
  }

  async #readAll(take: (values: ArrayLike<unknown>, from: number) => void): Promise<void> {
    for (;;) {
      const outcome = this.#waiters.length === 0 ? this.#ready() : undefined;
      if (outcome !== undefined && this.#cursor < outcome.values.length) {
        take(outcome.values, this.#cursor);
        this.#readTo(outcome.values.length);
      } else {
        const step = await this.next();
        if (step.done === true) return;
        take([step.value], 0);
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
        this.#waiters.shift()?.resolve({ done: false, value });
        this.#readTo(this.#cursor + 1);
      } else {
        this.#fail(outcome.failure?.error);
      }
    }
    if (this.#waiters.length === 0) this.#disarm();
    else this.#arm();
  }

  get #exhausted(): boolean {
    return this.#ended || (this.#feed.isOver && this.#chunks.length === 0);
  }

  /** The outcome to read from. Drops chunks that were read to their end; a failed one stays until its error is thrown. */
  #ready(): ChunkOutcome | undefined {
    while (!this.#ended) {
      const outcome = this.#chunks.peek()?.outcome;
      if (outcome === undefined) return undefined;
      if (this.#cursor < outcome.values.length || outcome.failure !== undefined) return outcome;
      this.#feed.release(this.#chunks.shift());
      this.#cursor = 0;
    }
    return undefined;
  }

  /** The results of the first chunk were read up to here. */
  #readTo(end: number): void {
    const count = end - this.#cursor;
    this.#cursor = end;
    if (this.#isLimitedInBytes) this.#ready(); // drops a chunk that was read, and its bytes
    this.#feed.read(count);
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
    const underWay = this.#feed.underWay;
    this.#end();
    for (const chunk of underWay) chunk.future?.cancel();
    this.#serve();
  }

  /** When the scope is cancelled, no more chunks run, running ones are aborted, and every further `next` rejects with the CancelledError. */
  #enterScope(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const cancel = (): void => {
      this.#cancellation = cancellationOf(signal);
      const underWay = this.#feed.underWay;
      this.#fail(this.#cancellation);
      for (const { future } of underWay) void future?.abort(signal.reason);
    };
    if (signal.aborted) cancel();
    else this.#leaveScope = whenAborted(signal, cancel);
  }

  /** No more chunks run. Results that are there still come, and then the error. */
  #cancelRest(error?: unknown): void {
    if (this.#feed.hasEnded) return;
    this.failed(error ?? new CancelledError('map: its executor was shut down with cancelFutures before every item had run'));
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#disarm();
    this.#leaveScope?.();
    this.#chunks.clear();
    this.#feed.end();
  }

  // MapFeedEvents

  sent(chunk: Chunk): void {
    if (this.#ordered) this.#chunks.push(chunk);
  }

  done(chunk: Chunk): void {
    if (!this.#ordered) this.#chunks.push(chunk);
    this.#serve();
  }

  failed(error: unknown): void {
    if (this.#ended) return;
    this.#chunks.push(failedSource(error)); // it comes after the results before it
    this.#feed.finishSource(true);
    this.#serve();
  }

  ended(): void {
    this.#serve();
  }
}
