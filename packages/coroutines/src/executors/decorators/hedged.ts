import { Executor, type ChunkOutcome, type Future, type TaskRequest } from '@heddle/futures';
import { checkOptions, durationMs, outcomeOf, show, systemClock, type Clock } from '@heddle/futures/authors';
import { clockCheck } from '../../time/clock-check.js';
import { DecoratorBackend } from './decorator-backend.js';
import type { DecoratorReservation } from './decorator-reservation.js';
import { DecoratorTask } from './decorator-task.js';

/** Options of {@link hedged}. */
export interface HedgedOptions {
  /**
   * Tells the time; for tests.
   * @defaultValue the platform's clock
   */
  clock?: Clock;
}

/** The shortest time after which a first run that has not begun is checked again. */
const minRecheckMs = 10;

/**
 * Returns the executor with hedging: when a task takes longer than `afterMs`, it is started a second time, concurrently with the
 * first run. The first value becomes the result, and the other run is aborted. Use it against rare slow runs (a slow replica, a
 * paused process), and only for tasks that may run twice.
 *
 * The time counts from submit. While the first run has not begun, since no worker is free, a second one would only wait behind it;
 * the decorator then checks again after another `afterMs`. An error before the second run fails the task. After that, the task
 * fails only when both runs do, with the first error. In the second run, `currentTask().attempt` is one higher. A map's chunks
 * are hedged as a whole, streams not at all.
 *
 * @param afterMs - milliseconds, 0 or more
 * @returns a view, as of `with`: shutting it down shuts down the executor
 * @throws TypeError, RangeError for a wrong argument
 * @example
 * ```ts
 * import { CoroutineExecutor, hedged } from '@heddle/coroutines';
 * import { currentTask } from '@heddle/futures';
 *
 * await using executor = new CoroutineExecutor();
 * const load = async (): Promise<string> => {
 *   const isFirst = currentTask()?.attempt === 1;
 *   await new Promise((resolve) => setTimeout(resolve, isFirst ? 1000 : 1)); // the first one has bad luck
 *   return isFirst ? 'late' : 'soon';
 * };
 * console.log(await hedged(executor, 5).submit(load)); // soon
 * ```
 */
export function hedged(executor: Executor, afterMs: number, options?: HedgedOptions): Executor {
  return new Executor(new HedgedBackend(executor, afterMs, options));
}

class HedgedBackend extends DecoratorBackend {
  readonly #afterMs: number;
  readonly #clock: Clock;

  constructor(executor: Executor, afterMs: number, options: HedgedOptions | undefined) {
    super('hedged', executor);
    if (typeof afterMs !== 'number') throw new TypeError(`hedged: afterMs must be a number of milliseconds, got ${show(afterMs)}`);
    durationMs(afterMs, 'hedged: afterMs');
    checkOptions('hedged', options, { clock: clockCheck });
    this.#afterMs = afterMs;
    this.#clock = options?.clock ?? systemClock;
  }

  protected override start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    if (request.kind === 'stream') return reservation.schedule(request);
    const task = new HedgedTask(request, reservation, this.#afterMs, this.#clock);
    task.begin();
    return task.future;
  }
}

class HedgedTask extends DecoratorTask {
  readonly #afterMs: number;
  readonly #clock: Clock;
  #stopTimer: (() => void) | undefined;
  /** The run that has failed while the other one goes on. */
  #firstFailure: Future<unknown> | undefined;

  constructor(request: TaskRequest, reservation: DecoratorReservation, afterMs: number, clock: Clock) {
    super(request, reservation);
    this.#afterMs = afterMs;
    this.#clock = clock;
  }

  begin(): void {
    const first = this.runNow(this.request);
    if (!this.future.done()) this.#startTimer(first, this.#afterMs);
  }

  override giveUp(error: unknown): void {
    this.#stopTimer?.();
    super.giveUp(error);
  }

  override onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    this.#stopTimer?.();
    return super.onAbort(reason, graceMs);
  }

  protected override innerEnded(inner: Future<unknown>): void {
    const hasFailed = this.#hasFailed(inner);
    if (hasFailed && this.inners.size > 0) this.#firstFailure ??= inner;
    else this.settleAs(hasFailed ? (this.#firstFailure ?? inner) : inner);
  }

  protected override onDone(): void {
    this.#stopTimer?.();
    for (const loser of this.inners) void loser.abort(`another run of task "${this.name}" was faster (hedged)`);
  }

  /** When the second run is not accepted, the first one decides alone. */
  protected override refused(): void {
    // innerEnded settles with the first run
  }

  #startTimer(first: Future<unknown>, delayMs: number): void {
    const { attempt = 1 } = this.request;
    this.#stopTimer = this.#clock.startTimer(delayMs, () => {
      if (first.state === 'pending') this.#startTimer(first, Math.max(delayMs, minRecheckMs));
      else this.runLater({ ...this.request, attempt: attempt + 1 });
    });
  }

  /** Whether a run failed. A chunk has failed when one of its items has. */
  #hasFailed(inner: Future<unknown>): boolean {
    const { failed, value } = outcomeOf(inner);
    if (failed) return true;
    return this.request.kind === 'chunk' && (value as ChunkOutcome).failure !== undefined;
  }
}
