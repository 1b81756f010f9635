import { abortSignal, checkOptions, defer, durationMs, ofType } from '@heddle/futures/authors';
import { systemClock, type Clock } from './clock.js';
import { underSignal } from './run-body.js';
import type { Scope } from './scope.js';
import { suspend } from './suspend.js';

/** Options of {@link sleep}. */
export interface SleepOptions {
  /** Ends the sleep when it aborts, as the scope's cancellation does. */
  signal?: AbortSignal;
  /** @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const checks = { signal: abortSignal, clock: ofType('object') };

/**
 * Waits, as `asyncio.sleep` does. Cancelling the scope ends it at once, and leaves no timer.
 *
 * @param ms - milliseconds; 0 lets everybody else have a turn, `Infinity` waits for the cancellation. Unlike in asyncio, a negative
 *   time is an error
 * @throws CancelledError (`HEDDLE_CANCELLED`); TypeError or RangeError for a wrong time
 * @example
 * ```ts
 * import { sleep } from '@heddle/coroutines';
 *
 * await sleep(10);
 * ```
 */
export async function sleep(ms: number, options?: SleepOptions): Promise<void> {
  durationMs(ms, 'sleep: ms');
  checkOptions('sleep', options, checks);
  await underSignal('sleep', options?.signal, (scope) => nap(ms, options?.clock, scope));
}

/** Sleeps in a scope; see {@link sleep}. */
export function nap(ms: number, clock: Clock | undefined, scope: Scope | undefined): Promise<void> {
  return suspend<undefined>((resolve) => {
    if (ms > 0) return (clock ?? systemClock).startTimer(ms, () => { resolve(undefined); });
    defer(() => { resolve(undefined); }); // resolves in vain when the scope is cancelled first
    return () => undefined;
  }, scope);
}
