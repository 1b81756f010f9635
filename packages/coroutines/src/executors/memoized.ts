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
  nameOf,
  ofType,
  outcomeOf,
  watch,
  type OptionCheck,
  systemClock,
  type Clock,
} from '@heddle/futures/authors';
import { DecoratorBackend } from './executor-decorator.js';
import type { Hold } from './hold.js';
import { identify } from './identify.js';
import { OuterTask } from './outer-task.js';
import { readItem, splitChunk } from './split-chunk.js';

/** Options of {@link memoized}. */
export interface MemoizedOptions {
  /**
   * What tells calls of a function apart, from the arguments: calls with the same key are equal. `undefined`: such a call is run each time.
   * @defaultValue the arguments: primitives by their value, objects and functions by their identity
   */
  key?: (...args: never[]) => unknown;
  /**
   * How many results are kept, at most: the one that was not asked for the longest goes first.
   * @defaultValue 1000
   */
  maxSize?: number;
  /** How long a value is used, in milliseconds from when it was there; then the next call runs again. @defaultValue Infinity */
  ttlMs?: number;
  /** @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const sizeCheck: OptionCheck = (value, label) => {
  countOrInfinity(value, label);
  integerFrom(1)(value === Infinity ? 1 : value, label);
};

/**
 * The same executor, which runs equal calls once: the same function with arguments of the same key. Calls while the first one runs share
 * it, later ones have its value, for `ttlMs` if that is given; an error is not kept. All get the same value, not copies of it.
 *
 * Each call has a future of its own: cancelling or aborting it does the same to the run when no other call shares that. The run has
 * the options of the call that began it, but for its signal.
 *
 * A function is equal to itself only: one that is written in the call (`submit(() => ...)`) is another one each time. Items of a map
 * are calls of their own as well, unless the executor has copied objects among them already, as threads and processes do with
 * those of arrays: such a map runs as it is. Streams do, too.
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
  /** Calls that wait for it. */
  sharers: number;
  /** When its value was there, as the clock tells time. */
  doneAt: number | undefined;
  /** Nobody shall share it any longer. */
  forget(): void;
}

class MemoizedBackend extends DecoratorBackend {
  readonly #key: ((...args: unknown[]) => unknown) | undefined;
  readonly #maxSize: number;
  readonly #ttlMs: number;
  readonly #clock: Clock;
  /** The one that was asked for last comes last. */
  readonly #shared = new Map<string, Shared>();

  constructor(executor: Executor, options: MemoizedOptions | undefined) {
    super('memoized', executor);
    checkOptions('memoized', options, { key: ofType('function'), maxSize: sizeCheck, ttlMs: durationMs, clock: ofType('object') });
    this.#key = options?.key as ((...args: unknown[]) => unknown) | undefined;
    this.#maxSize = options?.maxSize ?? 1000;
    this.#ttlMs = options?.ttlMs ?? Infinity;
    this.#clock = options?.clock ?? systemClock;
  }

  /** Items that can't change are left as they are, so that equal ones are seen. */
  override snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    if (spread ? items.every((item) => Array.isArray(item) && item.every(isPrimitive)) : items.every(isPrimitive)) {
      return spread ? items.map((item) => [...(item as unknown[])]) : [...items];
    }
    return super.snapshot(items, spread);
  }

  protected override start(request: TaskRequest, hold: Hold): Future<unknown> {
    if (request.kind === 'call') return this.#share(request, request.args, hold);
    if (request.kind === 'stream' || !areAsTheyWere(request.items)) return hold.schedule(request);
    const { items, spread } = request;
    const argsOf = (at: number): unknown[] => (spread ? (items[at] as unknown[]) : [items[at]]);
    return splitChunk(request, (at) => this.#share({ ...request, items: items.slice(at, at + 1) }, argsOf(at), hold), readItem);
  }

  /** @param args - of the call that it is, or that its only item is */
  #share(request: CallRequest | ChunkRequest, args: readonly unknown[], hold: Hold): Future<unknown> {
    const { fn, options } = request;
    let key: string | undefined;
    try {
      key = this.#keyOf(fn, args);
    } catch (error) {
      return failed(options.name ?? nameOf(fn), error);
    }
    if (key === undefined || options.signal?.aborted === true) return hold.schedule(request);
    const task = new SharingTask(request, hold);
    task.share(this.#find(key) ?? this.#begin(key, request, hold));
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

  #begin(key: string, request: CallRequest | ChunkRequest, hold: Hold): Shared {
    const options = { ...request.options };
    delete options.signal;
    const run = hold.schedule({ ...request, options });
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
class SharingTask extends OuterTask {
  #shared: Shared | undefined;

  share(shared: Shared): void {
    this.#shared = shared;
    shared.sharers += 1;
    this.follow(shared.run);
    followSignal(this.future, this.request.options.signal);
  }

  override onCancel(reason: unknown): boolean {
    return this.#isLast() ? super.onCancel(reason) : true;
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    if (this.#isLast()) return await super.onAbort(reason, graceMs);
    this.setException(this.abortError(reason));
    return true;
  }

  /** The run may have been begun by a submit, and this be an item of a map; or the other way round. */
  protected override ended(inner: Future<unknown>): void {
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

  /** Whether nobody else waits for the run; then nobody shall from now on. */
  #isLast(): boolean {
    if (this.#shared === undefined || this.#shared.sharers > 1) return false;
    this.#shared.forget();
    return true;
  }
}

function failed(name: string, error: unknown): Future<unknown> {
  const controller = new FutureController<unknown>(name);
  controller.setException(error);
  return controller.future;
}

/** Whether the executor beneath has left the items of a map as they are. */
function areAsTheyWere(items: Sliceable): items is ItemList {
  return Array.isArray(items) || ArrayBuffer.isView(items);
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}
