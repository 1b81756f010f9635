import { TimeoutError } from '../errors/errors.js';
import type { Future } from '../future/future.js';
import { awaitDone, unwatch, watch } from '../future/other-copies.js';
import { Fifo } from '../helpers/fifo.js';
import { abortSignal, checkOptions, durationMs } from '../helpers/options.js';
import { startTimer } from '../helpers/timers.js';
import { StopSignals } from '../scope/stop-signals.js';
import { uniqueFutures } from './wait.js';

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<Future<T>, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A future as {@link asCompleted} yields it. TypeScript assumes that the variable of a `for await` loop is awaited and gives it the
 * type of the value, although it is the future. A `then` of type any prevents that. Get the value with `future.result()`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type CompletedFuture<T> = Future<T> & { readonly then: any };

/** Options of {@link asCompleted}. */
export interface AsCompletedOptions {
  /** A time limit in milliseconds from the call. After it, the next step rejects with TimeoutError. @defaultValue no limit */
  timeoutMs?: number;
  /** When it aborts, every further step rejects with AbortError. */
  signal?: AbortSignal;
}

/** As {@link CompletedFuture}, for each type of the given futures. */
export type Completed<F> = F extends Future<infer T> ? CompletedFuture<T> : never;

/** The iterator of {@link asCompleted}. `#ready` holds the futures that are done and not yet yielded, `#open` those that are not done. */
class CompletionIterator<T> implements AsyncIterableIterator<Future<T>, undefined> {
  readonly #open: Set<Future<T>>;
  readonly #ready = new Fifo<Future<T>>();
  readonly #total: number;
  readonly #waiters = new Fifo<Waiter<T>>();
  readonly #signals: StopSignals;
  #late: TimeoutError | undefined;
  /** Stops the timer and removes the listeners of the signals. */
  #stopWatching: () => void = () => undefined;

  constructor(futures: Set<Future<T>>, timeoutMs: number, signals: StopSignals) {
    this.#signals = signals;
    this.#total = futures.size;
    this.#open = new Set([...futures].filter((future) => !future.done()));
    for (const future of futures) if (!this.#open.has(future)) this.#ready.push(future);
    if (this.#open.size === 0 || signals.error !== undefined) return;
    for (const future of this.#open) {
      awaitDone(future);
      watch(future, this.#arrived);
    }
    const stopTimer = startTimer(timeoutMs, () => {
      this.#timeOut(timeoutMs);
    });
    const stopListening = signals.listen((error) => {
      this.#stop(error);
    });
    this.#stopWatching = (): void => {
      stopTimer();
      stopListening();
    };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Future<T>, undefined>> {
    return new Promise((resolve, reject) => {
      this.#signals.check();
      this.#waiters.push({ resolve, reject });
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<Future<T>, undefined>> {
    this.#ready.clear();
    this.#forget();
    this.#serve();
    return Promise.resolve({ done: true, value: undefined });
  }

  readonly #arrived = (future: Future<T>): void => {
    this.#open.delete(future);
    this.#ready.push(future);
    if (this.#open.size === 0) this.#stopWatching();
    this.#serve();
  };

  #timeOut(timeoutMs: number): void {
    const open = this.#open.size;
    this.#late = new TimeoutError(
      `asCompleted: ${String(open)} of ${String(this.#total)} futures were not done after ${String(timeoutMs)} ms`,
    );
    this.#forget();
    this.#serve();
  }

  #stop(error: Error): void {
    this.#forget();
    for (let waiter = this.#waiters.shift(); waiter !== undefined; waiter = this.#waiters.shift()) waiter.reject(error);
  }

  #forget(): void {
    this.#stopWatching();
    for (const future of this.#open) unwatch(future, this.#arrived);
    this.#open.clear();
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      const future = this.#ready.shift();
      if (future !== undefined) this.#waiters.shift()?.resolve({ done: false, value: future });
      else if (this.#late !== undefined) {
        const error = this.#late;
        this.#late = undefined;
        this.#waiters.shift()?.reject(error);
      } else if (this.#open.size === 0) this.#waiters.shift()?.resolve({ done: true, value: undefined });
      else return;
    }
  }
}

/**
 * Yields futures in the order in which they are done, as `concurrent.futures.as_completed` does. Futures that are done already come
 * first.
 *
 * @param futures - the futures to wait for; duplicates are yielded once
 * @param options - `timeoutMs`: after that many milliseconds from the call the next step rejects with TimeoutError;
 *   `signal`: when it aborts, every further step rejects with AbortError, as it does with CancelledError when the scope of the
 *   call is cancelled
 * @throws TypeError or RangeError for a wrong argument or option
 * @example
 * ```ts
 * import { asCompleted, type Future } from '@heddle/futures';
 *
 * export async function printAll(futures: Future<string>[]): Promise<void> {
 *   for await (const future of asCompleted(futures)) console.log(await future.result());
 * }
 * ```
 */
export function asCompleted<T>(
  futures: Iterable<Future<T>>,
  options?: AsCompletedOptions,
): AsyncIterableIterator<CompletedFuture<T>, undefined>;
/** As above, for futures of several types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a Future is invariant: those of several types are no Future<unknown>
export function asCompleted<F extends Future<any>>(
  futures: Iterable<F>,
  options?: AsCompletedOptions,
): AsyncIterableIterator<Completed<F>, undefined>;
export function asCompleted(
  futures: Iterable<Future<unknown>>,
  options?: AsCompletedOptions,
): AsyncIterableIterator<CompletedFuture<unknown>, undefined> {
  checkOptions('asCompleted', options, { timeoutMs: durationMs, signal: abortSignal });
  const completed: AsyncIterableIterator<Future<unknown>, undefined> = new CompletionIterator(
    uniqueFutures('asCompleted', futures),
    options?.timeoutMs ?? Infinity,
    new StopSignals('asCompleted', options?.signal),
  );
  return completed as AsyncIterableIterator<CompletedFuture<unknown>, undefined>;
}
