import {
  Executor,
  FutureController,
  type AnyFunction,
  type CallRequest,
  type ChunkOutcome,
  type ChunkRequest,
  type Future,
  type ItemList,
  type Sliceable,
  type TaskRequest,
} from '@heddle/futures';
import {
  checkOptions,
  countOrInfinity,
  durationMs,
  followSignal,
  integerFrom,
  functionName,
  ofType,
  outcomeOf,
  watch,
  type OptionCheck,
  systemClock,
  type Clock,
} from '@heddle/futures/authors';
import { DecoratorBackend } from './decorator-backend.js';
import type { DecoratorReservation } from './decorator-reservation.js';
import { DecoratorTask } from './decorator-task.js';
import { identify } from './identify.js';
import { readItem, splitChunk } from './split-chunk.js';

/** Options of {@link memoized}. */
export interface MemoizedOptions {
  /**
   * Computes a key from the arguments. Calls of a function with the same key are equal. A call with the key `undefined` always runs.
   * @defaultValue the arguments: primitives by their value, objects and functions by their identity
   */
  key?: (...args: never[]) => unknown;
  /**
   * How many results are kept at most. The one that was used least recently is dropped first.
   * @defaultValue 1000
   */
  maxSize?: number;
  /** How long a value is used, in milliseconds from the end of its run. After that the next call runs again. @defaultValue Infinity */
  ttlMs?: number;
  /** Tells the time. @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const sizeCheck: OptionCheck = (value, label) => {
  countOrInfinity(value, label);
  integerFrom(1)(value === Infinity ? 1 : value, label);
};

/**
 * Returns the executor with a memory: equal calls, of the same function with arguments of the same key, run once. Calls that come while
 * the first one runs share its run. Later calls get its value, for `ttlMs` if that is given. Errors are not kept. All calls get the
 * same value, not copies.
 *
 * Each call has a future of its own. Cancelling or aborting that future cancels or aborts the run only when no other call shares it.
 * The run has the options of the call that began it, except the signal.
 *
 * A function is equal only to itself: a function that is written in the call (`submit(() => ...)`) is a new one each time. Each item
 * of a map is a call, unless the executor has already copied objects among the items, as thread and process pools do for arrays.
 * Such a map runs unchanged, and so do streams.
 *
 * @returns a view, as of `with`: shutting it down shuts down the executor
 * @throws TypeError, RangeError for a wrong option
 * @example
 * ```ts
 * import { CoroutineExecutor, memoized } from '@heddle/coroutines';
 *
 * await using executor = new CoroutineExecutor();
 * const users = memoized(executor, { key: (user: { id: number }) => user.id, maxSize: 100 });
 * let calls = 0;
 * const load = async (user: { id: number }): Promise<string> => {
 *   calls += 1;
 *   return await Promise.resolve(`user ${String(user.id)}`);
 * };
 * await Promise.all([users.submit(load, { id: 1 }), users.submit(load, { id: 1 }), users.submit(load, { id: 2 })]);
 * console.log(calls); // 2
 * ```
 */
export function memoized(executor: Executor, options?: MemoizedOptions): Executor {
  return new Executor(new MemoizedBackend(executor, options));
}

/** A run that calls share. */
interface Shared {
  readonly run: Future<unknown>;
  /** Whether it is a chunk of one item. */
  readonly isChunk: boolean;
  /** The number of calls that wait for it. */
  sharers: number;
  /** When it ended, in milliseconds of the clock. */
  doneAt: number | undefined;
  /** No further call shares it. */
  forget(): void;
}

class MemoizedBackend extends DecoratorBackend {
  readonly #key: ((...args: unknown[]) => unknown) | undefined;
  readonly #maxSize: number;
  readonly #ttlMs: number;
  readonly #clock: Clock;
  /** The most recently used run is the last one. */
  readonly #shared = new Map<string, Shared>();

  constructor(executor: Executor, options: MemoizedOptions | undefined) {
    super('memoized', executor);
    checkOptions('memoized', options, { key: ofType('function'), maxSize: sizeCheck, ttlMs: durationMs, clock: ofType('object') });
    this.#key = options?.key as ((...args: unknown[]) => unknown) | undefined;
    this.#maxSize = options?.maxSize ?? 1000;
    this.#ttlMs = options?.ttlMs ?? Infinity;
    this.#clock = options?.clock ?? systemClock;
  }

  /** Does not let the executor convert items that can't change, so that equal ones are recognised. */
  override snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    if (spread ? items.every((item) => Array.isArray(item) && item.every(isPrimitive)) : items.every(isPrimitive)) {
      return spread ? items.map((item) => [...(item as unknown[])]) : [...items];
    }
    return super.snapshot(items, spread);
  }

  protected override start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    if (request.kind === 'call') return this.#share(request, request.args, reservation);
    if (request.kind === 'stream' || !areUnconverted(request.items)) return reservation.schedule(request);
    const { items, spread } = request;
    const argsOf = (at: number): unknown[] => (spread ? (items[at] as unknown[]) : [items[at]]);
    return splitChunk(request, (at) => this.#share({ ...request, items: items.slice(at, at + 1) }, argsOf(at), reservation), readItem);
  }

  /** @param args - the arguments of the call, or of the chunk's only item */
  #share(request: CallRequest | ChunkRequest, args: readonly unknown[], reservation: DecoratorReservation): Future<unknown> {
    const { fn, options } = request;
    let key: string | undefined;
    try {
      key = this.#keyOf(fn, args);
    } catch (error) {
      return failedFuture(options.name ?? functionName(fn), error);
    }
    if (key === undefined || options.signal?.aborted === true) return reservation.schedule(request);
    const task = new SharingTask(request, reservation);
    task.share(this.#find(key) ?? this.#begin(key, request, reservation));
    return task.future;
  }

  #keyOf(fn: AnyFunction, args: readonly unknown[]): string | undefined {
    if (this.#key === undefined) return identify([fn, ...args]);
    const key = this.#key(...args);
    return key === undefined ? undefined : identify([fn, key]);
  }

  #find(key: string): Shared | undefined {
    const shared = this.#shared.get(key);
    if (shared === undefined) return undefined;
    this.#shared.delete(key);
    if (shared.doneAt !== undefined && this.#clock.now() - shared.doneAt >= this.#ttlMs) return undefined;
    this.#shared.set(key, shared);
    return shared;
  }

  #begin(key: string, request: CallRequest | ChunkRequest, reservation: DecoratorReservation): Shared {
    const options = { ...request.options };
    delete options.signal;
    const run = reservation.schedule({ ...request, options });
    const forget = (): void => {
      if (this.#shared.get(key) === shared) this.#shared.delete(key);
    };
    const shared: Shared = { run, isChunk: request.kind === 'chunk', sharers: 0, doneAt: undefined, forget };
    this.#shared.set(key, shared);
    watch(run, () => {
      const { failed, value } = outcomeOf(run);
      shared.doneAt = this.#clock.now();
      if (failed || (shared.isChunk && 'error' in readItem(value))) forget();
    });
    if (this.#shared.size > this.#maxSize) {
      const [oldest] = this.#shared.keys();
      if (oldest !== undefined) this.#shared.delete(oldest);
    }
    return shared;
  }
}

/** One of the calls that share a run. */
class SharingTask extends DecoratorTask {
  #shared: Shared | undefined;

  share(shared: Shared): void {
    this.#shared = shared;
    shared.sharers += 1;
    this.follow(shared.run);
    followSignal(this.future, this.request.options.signal);
  }

  override onCancel(reason: unknown): boolean {
    return this.#leaveIfLast() ? super.onCancel(reason) : true;
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    if (this.#leaveIfLast()) return await super.onAbort(reason, graceMs);
    this.setException(this.abortError(reason));
    return true;
  }

  /** Converts the outcome when a submit shares the run of a map's item, or the reverse. */
  protected override innerEnded(inner: Future<unknown>): void {
    const { failed, value } = outcomeOf(inner);
    const isChunk = this.request.kind === 'chunk';
    if (failed || this.#shared?.isChunk === isChunk) {
      this.settleAs(inner);
    } else if (isChunk) {
      this.setResult({ values: [value], failure: undefined, elapsedMs: 0 } satisfies ChunkOutcome);
    } else {
      const outcome = readItem(value);
      if ('error' in outcome) this.setException(outcome.error);
      else this.setResult(outcome.value);
    }
  }

  protected override onDone(): void {
    const shared = this.#shared;
    this.#shared = undefined;
    if (shared !== undefined) shared.sharers -= 1;
  }

  /** Whether no other call waits for the run. In that case no further call will share it. */
  #leaveIfLast(): boolean {
    if (this.#shared === undefined || this.#shared.sharers > 1) return false;
    this.#shared.forget();
    return true;
  }
}

function failedFuture(name: string, error: unknown): Future<unknown> {
  const controller = new FutureController<unknown>(name);
  controller.setException(error);
  return controller.future;
}

/** Whether the executor beneath has not converted the items of a map. */
function areUnconverted(items: Sliceable): items is ItemList {
  return Array.isArray(items) || ArrayBuffer.isView(items);
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}
