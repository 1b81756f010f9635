import type { Future } from '../future/future.js';
import { awaitDone, isUsableFuture, outcomeOf, unwatch, watch } from '../future/other-copies.js';
import { abortSignal, checkOptions, durationMs, oneOf, show } from '../helpers/options.js';
import { startTimer } from '../helpers/timers.js';
import { StopSignals } from '../scope/stop-signals.js';

/** When {@link wait} returns. */
export type ReturnWhen = 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED';

/** Options of {@link wait}. */
export interface WaitOptions {
  /** Milliseconds to wait. Then the futures that are done are returned. @defaultValue no limit */
  timeoutMs?: number;
  /** When the wait ends. @defaultValue 'ALL_COMPLETED' */
  returnWhen?: ReturnWhen;
  /** Ends the wait when it aborts, as the cancellation of the surrounding scope or task does. The futures are not changed. */
  signal?: AbortSignal;
}

const checks = {
  timeoutMs: durationMs,
  returnWhen: oneOf('FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'),
  signal: abortSignal,
};

/** The futures of an iterable, in order and without duplicates. */
export function uniqueFutures(where: string, futures: Iterable<Future<unknown>>): Set<Future<unknown>> {
  if (typeof (futures as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`${where}: futures must be an iterable of futures, got ${show(futures)}`);
  }
  const unique = new Set<Future<unknown>>(futures);
  for (const each of unique) {
    if (isUsableFuture(each)) continue;
    const isOfAnotherVersion = typeof (each as Partial<Future<unknown>> | null | undefined)?.addDoneCallback === 'function';
    throw new TypeError(
      isOfAnotherVersion
        ? `${where}: a future of another version of @heddle/futures can't be waited for here; install one version (npm ls @heddle/futures), or await it`
        : `${where}: futures must be futures, got ${show(each)}`,
    );
  }
  return unique;
}

/**
 * Waits for futures, as `concurrent.futures.wait` does. A timeout does not throw, and does not change the futures.
 *
 * @param futures - the futures to wait for; duplicates count once
 * @returns a promise of two sets: the futures that are done, cancelled ones included, and the others
 * @throws TypeError or RangeError for a wrong argument or option; CancelledError (`HEDDLE_CANCELLED`) when the surrounding scope is cancelled,
 *   AbortError (`HEDDLE_ABORTED`) when the running task or `signal` is aborted
 * @example
 * ```ts
 * import { wait, type Future } from '@heddle/futures';
 *
 * export async function firstOf<T>(futures: Future<T>[]): Promise<Future<T> | undefined> {
 *   const { done } = await wait(futures, { returnWhen: 'FIRST_COMPLETED', timeoutMs: 1000 });
 *   return [...done][0];
 * }
 * ```
 */
export function wait<T>(futures: Iterable<Future<T>>, options?: WaitOptions): Promise<{ done: Set<Future<T>>; notDone: Set<Future<T>> }>;
/** As above, for futures of several types: the sets have the type of what is given. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a Future is invariant: those of several types are no Future<unknown>
export function wait<F extends Future<any>>(futures: Iterable<F>, options?: WaitOptions): Promise<{ done: Set<F>; notDone: Set<F> }>;
export async function wait(
  futures: Iterable<Future<unknown>>,
  options?: WaitOptions,
): Promise<{ done: Set<Future<unknown>>; notDone: Set<Future<unknown>> }> {
  checkOptions('wait', options, checks);
  const all = uniqueFutures('wait', futures);
  const signals = new StopSignals('wait', options?.signal);
  signals.check();
  const returnWhen = options?.returnWhen ?? 'ALL_COMPLETED';
  const open = [...all].filter((future) => !future.done());
  const failed = (future: Future<unknown>): boolean => !future.cancelled() && outcomeOf(future).failed;
  const settledEnough = (): boolean =>
    open.length === 0 ||
    (returnWhen === 'FIRST_COMPLETED' && open.length < all.size) ||
    (returnWhen === 'FIRST_EXCEPTION' && [...all].some((future) => future.done() && failed(future)));

  if (!settledEnough() && options?.timeoutMs !== 0) {
    await new Promise<void>((resolve, reject) => {
      let left = open.length;
      const leave = (): void => {
        stopTimer();
        stopListening();
        for (const future of open) unwatch(future, arrived);
      };
      const finish = (): void => {
        leave();
        resolve();
      };
      const arrived = (future: Future<unknown>): void => {
        left -= 1;
        if (left === 0 || returnWhen === 'FIRST_COMPLETED' || (returnWhen === 'FIRST_EXCEPTION' && failed(future))) finish();
      };
      const stopTimer = startTimer(options?.timeoutMs ?? Infinity, finish);
      const stopListening = signals.listen((error) => {
        leave();
        reject(error);
      });
      for (const future of open) {
        awaitDone(future);
        watch(future, arrived);
      }
    });
  }
  const done = new Set<Future<unknown>>();
  const notDone = new Set<Future<unknown>>();
  for (const future of all) (future.done() ? done : notDone).add(future);
  return { done, notDone };
}
