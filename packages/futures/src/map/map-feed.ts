/**
 * The sending side of a map: takes items from their source, and submits them in chunks, as far as there is room.
 *
 *   source ──take──▶ pump ──schedule──▶ executor
 *                     ▲ room               │ ChunkOutcome
 *   reader ──read─────┴── chunk done ◀─────┘
 *
 * The pump runs whenever there may be new room: at the call, when a chunk is done, and when a result was read.
 */
import { defer } from '#platform';
import type { Backend } from '../executor/backend.js';
import type { AnyFunction, ChunkOutcome, Reservation, Sliceable } from '../executor/task-request.js';
import { reportError } from '../helpers/report.js';
import { ByteBudget } from './byte-budget.js';
import { ChunkSizer } from './chunk-sizer.js';
import { keptItems, nameItem, settle, wholeFailure, type Chunk, type ResultForm } from './map-chunk.js';
import type { MapOptions } from './map-options.js';
import { IteratorSource, snapshotOf, type MapSource } from './map-source.js';

const readAhead = 1024;
/** If the buffer has no room for a whole chunk, a smaller one is sent when it has at least one fourth of the wanted items. */
const leastChunk = 4;

/** What a map asks for. */
export interface MapCall {
  readonly backend: Backend;
  /** Whether each item is a list of arguments. */
  readonly spread: boolean;
  readonly fn: AnyFunction;
  readonly items: Iterable<unknown> | AsyncIterable<unknown>;
  readonly options: MapOptions;
  readonly form: ResultForm;
}

/** What the feed tells the reader. */
export interface MapFeedEvents {
  /** A chunk was submitted. */
  sent(chunk: Chunk): void;
  /** A chunk has its outcome. */
  done(chunk: Chunk): void;
  /** The source failed, or the executor refused a chunk. Nothing more is submitted. */
  failed(error: unknown): void;
  /** No more items come. Chunks may be under way. */
  ended(): void;
}

// `in` would throw for a string, which is iterable, too.
function isAsyncIterable(items: Iterable<unknown> | AsyncIterable<unknown>): items is AsyncIterable<unknown> {
  return typeof (items as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}

export class MapFeed {
  /** Whether the executor accepts all items at the call. */
  readonly isWhole: boolean;
  readonly #backend: Backend;
  readonly #events: MapFeedEvents;
  #reservation: Reservation | undefined;
  readonly #spread: boolean;
  readonly #bufferSize: number;
  readonly #budget: ByteBudget;
  readonly #form: ResultForm;
  /** The items of an array, if the results name them, or their bytes are limited. */
  readonly #given: readonly unknown[] | undefined;
  readonly #sizer: ChunkSizer;
  readonly #onProgress: MapOptions['onProgress'];
  #fn: AnyFunction | undefined;
  #source: MapSource | undefined;
  #asyncIterator: AsyncIterator<unknown> | undefined;
  /** Items that were pulled from an async iterator and are not in a chunk yet. */
  #partial: unknown[] = [];
  #total: number | undefined;
  readonly #underWay = new Set<Chunk>();
  /** How many items were submitted or pulled, and not yet yielded. */
  #outstanding = 0;
  /** How many items were submitted. */
  #dispatched = 0;
  #done = 0;
  #sourceEnded = false;
  /** Whether the reader has ended: nothing is told to it any more. */
  #ended = false;
  #pumping = false;
  /** Whether the pulled items will leave in the next turn. */
  #flushing = false;

  constructor({ backend, spread, fn, items, options, form }: MapCall, events: MapFeedEvents) {
    this.#backend = backend;
    this.#events = events;
    this.#spread = spread;
    this.#form = form;
    this.#fn = backend.snapshotFunction(fn);
    this.#onProgress = options.onProgress;
    this.#sizer = new ChunkSizer(options.chunkSize === 'auto' ? undefined : options.chunkSize, backend);
    const isArray = Array.isArray(items);
    this.#bufferSize = options.bufferSize ?? (isArray ? Infinity : readAhead);
    this.#budget = new ByteBudget(options.bufferBytes ?? Infinity);
    this.#given = isArray && this.#keepsItems ? [...(items as readonly unknown[])] : undefined;
    if (isArray) this.#source = snapshotOf(backend, items, spread);
    else if (isAsyncIterable(items)) this.#asyncIterator = items[Symbol.asyncIterator]();
    else this.#source = new IteratorSource(items[Symbol.iterator]());
    this.#total = this.#source?.total;
    this.isWhole = isArray && this.#bufferSize === Infinity;
  }

  /** Takes the right to submit, of the whole map or of its later chunks. */
  reserved(reservation: Reservation): void {
    this.#reservation = reservation;
  }

  /** Whether everything was submitted and is done. */
  get isOver(): boolean {
    return this.#sourceEnded && this.#underWay.size === 0 && this.#partial.length === 0;
  }

  /** How many results there will be, if that is known. */
  get total(): number | undefined {
    return this.#form === 'filter' ? undefined : this.#total;
  }

  get hasEnded(): boolean {
    return this.#sourceEnded;
  }

  /** The chunks that are running, or wait to. */
  get underWay(): readonly Chunk[] {
    return [...this.#underWay];
  }

  /** Results were read. */
  read(count: number): void {
    this.#outstanding -= count;
    this.#pumpSafely();
  }

  /** All results of a chunk were read. */
  release(chunk: Chunk | undefined): void {
    this.#budget.release(chunk?.bytes ?? 0);
  }

  /** Ends the feed: nothing more is submitted, and no outcome is told. */
  end(): void {
    this.#ended = true;
    this.#underWay.clear();
    this.#partial = [];
    this.finishSource(true);
    this.#release();
  }

  /** No more items are taken. @param early - whether the source may have more */
  finishSource(early: boolean): void {
    if (this.#sourceEnded) return;
    this.#sourceEnded = true;
    // A settled map goes on behind an error: it may yet submit the items after it.
    if (this.#form !== 'settled' || this.#underWay.size === 0) this.#release();
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

  /** Nothing more will be submitted. */
  #release(): void {
    if (this.#fn === undefined) return;
    this.#fn = undefined;
    this.#reservation?.close();
  }

  /** How many items the next chunk may have; 0 when there is no room now. */
  #room(): number {
    if (this.#underWay.size >= this.#sizer.inFlight) return 0;
    const wanted = Math.min(this.#sizer.next(this.#source?.remaining), this.#bufferSize, this.#budget.room);
    const room = this.#bufferSize - this.#outstanding;
    if (room >= wanted) return wanted;
    // Each item that is read makes room for one more. Chunks of one item would cost too much where far larger ones are wanted.
    return this.#sizer.inFlight === Infinity || room * leastChunk < wanted ? 0 : room;
  }

  #pumpSafely(): void {
    try {
      this.pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Submits what there is room for. @throws what the executor throws at the call of the map */
  pump(): void {
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
              this.#fail(error);
            },
          );
          break;
        }
        const items = source.take(room);
        if (items.length > 0) this.#dispatch(items);
        if (source.failure !== undefined) this.#fail(source.failure.error);
        else if (source.remaining === 0) this.finishSource(false);
      }
    } finally {
      this.#pumping = false;
    }
    if (this.#sourceOver()) this.#events.ended();
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
        if (this.#partial.length >= this.#budget.room) {
          this.#flush();
          if (this.#budget.room === 0) break;
        }
        await this.#backend.whenRoom();
        if (this.#sourceOver()) break;
        const step = await iterator.next();
        if (this.#sourceOver()) break;
        if (step.done === true) {
          this.#flush();
          this.finishSource(false);
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
      this.#fail(error);
    } finally {
      this.#pumping = false;
    }
    if (this.#outstanding >= this.#bufferSize) this.#flush();
    if (!this.#ended) this.#events.ended();
  }

  #flush(): void {
    const items = this.#partial;
    if (items.length === 0 || this.#ended) return;
    this.#partial = [];
    this.#outstanding -= items.length;
    try {
      this.#dispatch(items);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#ended) this.#events.failed(error);
  }

  #dispatch(items: Sliceable): void {
    if (this.#fn === undefined) return;
    const from = this.#dispatched;
    const own = this.#keepsItems ? (this.#given?.slice(from, from + items.length) ?? (items as unknown as readonly unknown[])) : undefined;
    const chunk: Chunk = {
      size: items.length,
      from,
      items: this.#form === 'value' ? undefined : own,
      bytes: own === undefined || !this.#budget.isLimited ? 0 : this.#budget.take(own),
      future: undefined,
      settled: [],
      outcome: undefined,
    };
    this.#send(chunk, items);
    this.#dispatched += chunk.size;
    this.#outstanding += chunk.size;
    this.#underWay.add(chunk);
    this.#events.sent(chunk);
  }

  /** Whether the items themselves are needed, not only the executor's snapshot of them. */
  get #keepsItems(): boolean {
    return this.#form !== 'value' || this.#budget.isLimited;
  }

  #send(chunk: Chunk, items: Sliceable): void {
    const fn = this.#fn as AnyFunction;
    const future = (this.#reservation as Reservation).schedule({ kind: 'chunk', fn, items, spread: this.#spread, options: {} });
    chunk.future = future;
    void future.then(
      (outcome) => {
        this.#arrived(chunk, items, outcome as ChunkOutcome);
      },
      (error: unknown) => {
        this.#arrived(chunk, items, wholeFailure(error));
      },
    );
  }

  /** @param items - those that ran: of a settled map, the items after an earlier error */
  #arrived(chunk: Chunk, items: Sliceable, outcome: ChunkOutcome): void {
    if (this.#ended) return;
    this.#sizer.measured(outcome.values.length, outcome.elapsedMs);
    const settledBefore = chunk.settled.length;
    chunk.outcome = this.#formed(chunk, items, outcome);
    this.#done += this.#form === 'settled' ? chunk.settled.length - settledBefore : outcome.values.length;
    if (chunk.outcome !== undefined) {
      this.#underWay.delete(chunk);
      if (this.#budget.isLimited) chunk.bytes = this.#budget.exchange(chunk.bytes, chunk.outcome.values);
    }
    try {
      this.#onProgress?.(this.#done, this.#total);
    } catch (error) {
      reportError("map's onProgress threw", 'HEDDLE_CALLBACK_THREW', error);
    }
    if (this.#sourceEnded && this.#underWay.size === 0) this.#release();
    this.#pumpSafely();
    if (chunk.outcome !== undefined) this.#events.done(chunk);
  }

  /** @returns the outcome to read from; `undefined` while items of a settled chunk have yet to run */
  #formed(chunk: Chunk, items: Sliceable, outcome: ChunkOutcome): ChunkOutcome | undefined {
    if (this.#form === 'settled') {
      const rest = settle(chunk, items, outcome);
      return rest !== undefined && this.#goesOn(chunk, rest) ? undefined : { values: chunk.settled, elapsedMs: 0 };
    }
    nameItem(chunk, outcome);
    if (this.#form === 'value') return outcome;
    const kept = keptItems(chunk, outcome);
    this.#outstanding -= outcome.values.length - kept.values.length;
    return kept;
  }

  /** Submits the items after an error. @returns false when the executor refuses them, which is then the result of each */
  #goesOn(chunk: Chunk, rest: Sliceable): boolean {
    try {
      this.#send(chunk, rest);
      return true;
    } catch (error) {
      settle(chunk, rest, wholeFailure(error));
      return false;
    }
  }
}
