import { InvalidStateError, TimeoutError } from '@heddle/futures';
import { abortSignal, checkOptions, durationMs, finiteNumber, ofType, reportError, systemClock, type Clock } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { cancelledBy, isCancellation } from '../scopes/cancelled-by.js';
import { reportOverdue } from '../scopes/overdue.js';
import { cancelRemaining, runBody } from '../scopes/run-body.js';
import { Scope } from '../scopes/scope.js';
import { checkCoroutineFunction } from '../tasks/create-task.js';

/** Options of {@link timeout} and {@link timeoutAt}. */
export interface TimeoutOptions {
  /** Cancels the body when it aborts, as the cancellation of the scope does. */
  signal?: AbortSignal;
  /**
   * How many milliseconds the body may take to end when its time is up. After that the call returns without it, and a warning
   * (`HEDDLE_CANCELLATION_IGNORED`) names it. `Infinity` waits without a limit.
   * @defaultValue 1000
   */
  graceMs?: number;
  /** Tells the time; for tests. @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const checks = { signal: abortSignal, graceMs: durationMs, clock: ofType('object') };

/**
 * A deadline that can be moved, as `asyncio.Timeout`. {@link timeout} passes it to its body.
 *
 * @example
 * ```ts
 * import { sleep, timeout } from '@heddle/coroutines';
 *
 * await timeout(10, async (limit) => {
 *   await sleep(5);
 *   limit.reschedule(performance.now() + 1000); // all is well: allow more time
 *   await sleep(20);
 * });
 * ```
 */
export class Timeout {
  readonly #clock: Clock;
  readonly #scope: Scope;
  readonly #onExpired: () => void;
  #state: 'running' | 'expired' | 'over' = 'running';
  #when: number | undefined;
  #stopTimer: () => void = () => undefined;

  /** Only for {@link timeout}. */
  constructor(clock: Clock, scope: Scope, when: number | undefined, onExpired: () => void) {
    this.#clock = clock;
    this.#scope = scope;
    this.#onExpired = onExpired;
    this.#schedule(when);
  }

  /** Aborts when the time is up, or when the scope is cancelled for another reason. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /**
   * The deadline in milliseconds of the clock, which is `performance.now()` by default; `undefined` when there is none.
   *
   * @example
   * ```ts
   * import { sleep, timeout } from '@heddle/coroutines';
   *
   * await timeout(1000, async (limit) => {
   *   console.log((limit.when() ?? 0) > performance.now()); // true
   * });
   * ```
   */
  when(): number | undefined {
    return this.#when;
  }

  /**
   * Whether the time was up before the body had ended.
   *
   * @example
   * ```ts
   * import { sleep, timeout } from '@heddle/coroutines';
   *
   * await timeout(1000, async (limit) => {
   *   console.log(limit.expired()); // false
   * });
   * ```
   */
  expired(): boolean {
    return this.#state === 'expired';
  }

  /**
   * Moves the deadline.
   *
   * @param whenMs - milliseconds of the clock, as {@link Timeout.when}; a past time expires at once, `undefined` removes the deadline
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the time is up or the body has ended; TypeError or RangeError for a wrong time
   * @example
   * ```ts
   * import { sleep, timeout } from '@heddle/coroutines';
   *
   * await timeout(10, async (limit) => {
   *   limit.reschedule(undefined); // no limit any more
   *   await sleep(20);
   * });
   * ```
   */
  reschedule(whenMs: number | undefined): void {
    if (this.#state !== 'running') {
      throw new InvalidStateError(
        `reschedule: ${this.#state === 'expired' ? 'the time is up already' : 'the body has ended'}; a deadline can be moved until then`,
      );
    }
    if (whenMs !== undefined) finiteNumber(whenMs, 'reschedule: whenMs');
    this.#schedule(whenMs);
  }

  /** @internal The body has ended. */
  stop(): void {
    this.#stopTimer();
    if (this.#state === 'running') this.#state = 'over';
  }

  #schedule(when: number | undefined): void {
    this.#stopTimer();
    this.#when = when;
    const delayMs = when === undefined ? Infinity : Math.max(0, when - this.#clock.now());
    this.#stopTimer = this.#clock.startTimer(delayMs, () => {
      this.#state = 'expired';
      this.#onExpired();
    });
  }
}

/**
 * Runs `body` for a limited time, as `asyncio.timeout`. When the time is up, the waits of the body are cancelled, and the call throws
 * TimeoutError. When the body still returns a value or throws an error of its own, that is the outcome.
 *
 * The call also throws when the body has ignored its cancellation for another `graceMs`, for example in a promise that can't be
 * cancelled. The body then goes on alone, so that the time limit holds in every case.
 *
 * @param ms - milliseconds from now; `Infinity` sets no limit until the body calls `reschedule`
 * @param body - gets the {@link Timeout}
 * @throws TimeoutError (`HEDDLE_TIMEOUT`); CancelledError (`HEDDLE_CANCELLED`) when the scope around it is cancelled; TypeError or RangeError
 *   for wrong arguments
 * @example
 * ```ts
 * import { sleep, timeout } from '@heddle/coroutines';
 *
 * const answer = await timeout(1000, async (limit) => {
 *   await sleep(1);
 *   limit.reschedule(undefined); // there was an answer: no limit from here on
 *   return 42;
 * });
 * console.log(answer); // 42
 * ```
 */
export async function timeout<T>(ms: number, body: (timeout: Timeout) => T, options?: TimeoutOptions): Promise<Awaited<T>> {
  durationMs(ms, 'timeout: ms');
  return await limit('timeout', (clock) => (ms === Infinity ? undefined : clock.now() + ms), body, options);
}

/**
 * As {@link timeout}, with a deadline instead of a duration (`asyncio.timeout_at`).
 *
 * @param whenMs - milliseconds of the clock, which is `performance.now()` by default; `undefined` sets no limit
 * @throws as {@link timeout}
 * @example
 * ```ts
 * import { timeoutAt } from '@heddle/coroutines';
 *
 * const deadline = performance.now() + 100;
 * console.log(await timeoutAt(deadline, async () => 'in time')); // in time
 * ```
 */
export async function timeoutAt<T>(
  whenMs: number | undefined,
  body: (timeout: Timeout) => T,
  options?: TimeoutOptions,
): Promise<Awaited<T>> {
  if (whenMs !== undefined) finiteNumber(whenMs, 'timeoutAt: whenMs');
  return await limit('timeoutAt', () => whenMs, body, options);
}

async function limit<T>(
  where: string,
  deadline: (clock: Clock) => number | undefined,
  body: (timeout: Timeout) => T,
  options: TimeoutOptions | undefined,
): Promise<Awaited<T>> {
  checkCoroutineFunction(where, body);
  checkOptions(where, options, checks);
  const clock = options?.clock ?? systemClock;
  const name = `the body of ${where}`;
  const scope = new Scope(currentScope(), undefined, false, options?.graceMs);
  const { graceMs } = scope;
  let giveUp!: (outcome: undefined) => void;
  const givenUp = new Promise<undefined>((resolve) => {
    giveUp = resolve;
  });
  let stopGrace = (): void => undefined;
  const timer = new Timeout(clock, scope, deadline(clock), () => {
    scope.cancel(cancelledBy(`${where}: the time is up`, undefined), Infinity);
    stopGrace = clock.startTimer(graceMs, () => {
      giveUp(undefined);
    });
  });
  const run = async (): ReturnType<typeof runBody<T>> => {
    const outcome = await runBody(scope, name, () => body(timer));
    timer.stop();
    await cancelRemaining(scope, name);
    return outcome;
  };
  try {
    if (options?.signal !== undefined) scope.follow(options.signal, `${where} was cancelled by its signal`);
    const running = run();
    const outcome = await Promise.race([running, givenUp]);
    if (outcome?.failed === false) return outcome.value;
    const cancelled = scope.error;
    if (outcome === undefined) {
      if (cancelled !== undefined) reportOverdue(name, graceMs, 'left to itself', cancelled);
      void running.then((late) => {
        if (late.failed && !isCancellation(late.error, cancelled))
          reportError(`${name}, which was left to itself, failed`, 'HEDDLE_NEVER_RETRIEVED', late.error);
      });
    } else if (!isCancellation(outcome.error, cancelled)) throw outcome.error;
    if (scope.parent?.error !== undefined) throw scope.parent.error;
    if (timer.expired())
      throw new TimeoutError(`${where}: the time was up before the body had ended`, { cause: outcome?.error ?? cancelled });
    throw cancelled ?? outcome?.error;
  } finally {
    timer.stop();
    stopGrace();
    scope.close();
  }
}
