import { abortSignal, checkOptions, defer, durationMs, ofType, systemClock, type Clock } from '@heddle/futures/authors';
import { runUnderSignal } from '../scopes/run-body.js';
import type { Scope } from '../scopes/scope.js';
import { suspend } from '../scopes/suspend.js';

/** Options of {@link sleep}. */
export interface SleepOptions {
  /** Cancels the sleep when it aborts, as the cancellation of the scope does. */
  signal?: AbortSignal;
  /** Tells the time; for tests. @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const checks = { signal: abortSignal, clock: ofType('object') };

/**
 * Waits, as `asyncio.sleep`, and resolves with `value` if you pass one. Cancelling the scope ends the sleep at once, and leaves no timer.
 *
 * @param ms - milliseconds; 0 gives other code a turn, `Infinity` waits for the cancellation. Unlike in asyncio, a negative time is an
 *   error
 * @param value - the result. If it is an object, pass options as well, since it would be taken for them: `sleep(10, { a: 1 }, {})`
 * @throws CancelledError (`HEDDLE_CANCELLED`); TypeError or RangeError for a wrong time
 * @example
 * ```ts
 * import { sleep } from '@heddle/coroutines';
 *
 * await sleep(10);
 * console.log(await sleep(10, 'awake')); // awake
 * ```
 */
export function sleep<T>(ms: number, value: T, options: SleepOptions): Promise<T>;
export function sleep<T extends string | number | bigint | boolean | symbol | null | readonly unknown[]>(ms: number, value: T): Promise<T>;
export function sleep(ms: number, options?: SleepOptions): Promise<void>; // the last overload: createTask(sleep, ms) is typed by it
export async function sleep(ms: number, ...rest: [value?: unknown, options?: SleepOptions]): Promise<unknown> {
  const isValue = rest.length > 1 || !isPlainObject(rest[0]);
  const [value, options] = isValue ? rest : [undefined, rest[0] as SleepOptions];
  durationMs(ms, 'sleep: ms');
  checkOptions('sleep', options, checks);
  await runUnderSignal('sleep', options?.signal, (scope) => sleepIn(ms, options?.clock, scope));
  return value;
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null; // of any realm
}

/** Sleeps in a scope; see {@link sleep}. */
export function sleepIn(ms: number, clock: Clock | undefined, scope: Scope | undefined): Promise<void> {
  return suspend<undefined>((resolve) => {
    if (ms > 0)
      return (clock ?? systemClock).startTimer(ms, () => {
        resolve(undefined);
      });
    defer(() => {
      resolve(undefined);
    }); // has no effect when the scope is cancelled first
    return () => undefined;
  }, scope);
}
