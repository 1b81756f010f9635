import { awaitDone, outcomeOf, unwatch, watch, type Future } from './future.js';
import { checkOptions, durationMs, oneOf, show } from './options.js';
import { startTimer } from './timers.js';

/** When {@link wait} returns. */
export type ReturnWhen = 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED';

/** Options of {@link wait}. */
export interface WaitOptions {
  /** Milliseconds to wait; then what is done is returned. @defaultValue no limit */
  timeoutMs?: number;
  /** @defaultValue 'ALL_COMPLETED' */
  returnWhen?: ReturnWhen;
}

const checks = {
  timeoutMs: durationMs,
  returnWhen: oneOf('FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'),
};

/** The futures of an iterable, each once, in order. */
export function uniqueFutures<T>(where: string, futures: Iterable<Future<T>>): Set<Future<T>> {
  if (typeof (futures as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`${where}: futures must be an iterable of futures, got ${show(futures)}`);
  }
  const unique = new Set(futures);
  for (const each of unique) {
    if (typeof (each as Partial<Future<T>> | null | undefined)?.addDoneCallback !== 'function') {
      throw new TypeError(`${where}: futures must be futures, got ${show(each)}`);
    }
  }
  return unique;
}

/**
 * Waits for futures, as `concurrent.futures.wait` does. A timeout does not throw; the futures are left alone.
 *
 * @param futures - duplicates count once
 * @returns the futures that are done (cancelled ones too), and the others
 * @throws TypeError for a wrong argument or option
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
export async function wait<T>(
  futures: Iterable<Future<T>>,
  options?: WaitOptions,
): Promise<{ done: Set<Future<T>>; notDone: Set<Future<T>> }> {
  checkOptions('wait', options, checks);
  const all = uniqueFutures('wait', futures);
  const returnWhen = options?.returnWhen ?? 'ALL_COMPLETED';
  const open = [...all].filter((future) => !future.done());
  const failed = (future: Future<T>): boolean => !future.cancelled() && outcomeOf(future).failed;
  const settledEnough = (): boolean =>
    open.length === 0 ||
    (returnWhen === 'FIRST_COMPLETED' && open.length < all.size) ||
    (returnWhen === 'FIRST_EXCEPTION' && [...all].some((future) => future.done() && failed(future)));

  if (!settledEnough() && options?.timeoutMs !== 0) {
    await new Promise<void>((resolve) => {
      let left = open.length;
      const finish = (): void => {
        stop();
        for (const future of open) unwatch(future, arrived);
        resolve();
      };
      const arrived = (future: Future<T>): void => {
        left -= 1;
        if (left === 0 || returnWhen === 'FIRST_COMPLETED' || (returnWhen === 'FIRST_EXCEPTION' && failed(future))) finish();
      };
      const stop = startTimer(options?.timeoutMs ?? Infinity, finish);
      for (const future of open) {
        awaitDone(future);
        watch(future, arrived);
      }
    });
  }
  const done = new Set<Future<T>>();
  const notDone = new Set<Future<T>>();
  for (const future of all) (future.done() ? done : notDone).add(future);
  return { done, notDone };
}
