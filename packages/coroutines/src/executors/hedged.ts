import { Executor, type ChunkOutcome, type Future, type TaskRequest } from '@heddle/futures';
import { checkOptions, durationMs, outcomeOf, show, systemClock, type Clock } from '@heddle/futures/authors';
import { clockCheck } from '../clock-check.js';
import { DecoratorBackend } from './executor-decorator.js';
import type { Hold } from './hold.js';
import { OuterTask } from './outer-task.js';

/** Options of {@link hedged}. */
export interface HedgedOptions {
  /**
   * Where the time comes from: for tests.
   * @defaultValue the platform's
   */
  clock?: Clock;
}

/** A first run that has not begun is not looked at more often than that. */
const leastAgainMs = 10;

/**
 * The same executor, which runs a task once more, beside the first run, when that takes longer than `afterMs`: the value that comes
 * first counts, and the other run is aborted. Against the few that take long by bad luck (a slow replica, a paused process);
 * for tasks that may well run twice.
 *
 * The time counts from submit. While the first run has not begun (its executor has no worker free), a second one would only wait
 * behind it: then it is looked at again after another `afterMs`. An error before the second run is the task's error; afterwards
 * the other run may still succeed, and the first error counts when neither does. The second run sees an `attempt` one higher in
 * `currentTask()`. A map's chunks are hedged as a whole, streams not at all.
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

  protected override start(request: TaskRequest, hold: Hold): Future<unknown> {
    if (request.kind === 'stream') return hold.schedule(request);
    const task = new HedgedTask(request, hold, this.#afterMs, this.#clock);
    task.begin();
    return task.future;
  }
}

class HedgedTask extends OuterTask {
  readonly #afterMs: number;
  readonly #clock: Clock;
  #stopTimer: (() => void) | undefined;
  /** The run that failed while the other one goes on. */
  #firstFailure: Future<unknown> | undefined;

  constructor(request: TaskRequest, hold: Hold, afterMs: number, clock: Clock) {
    super(request, hold);
    this.#afterMs = afterMs;
    this.#clock = clock;
  }

  begin(): void {
    const first = this.runNow(this.request);
    if (!this.future.done()) this.#arm(first, this.#afterMs);
  }

  override giveUp(error: unknown): void {
    this.#stopTimer?.();
    super.giveUp(error);
  }

  override onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    this.#stopTimer?.();
    return super.onAbort(reason, graceMs);
  }

  protected override ended(inner: Future<unknown>): void {
    const hasFailed = this.#hasFailed(inner);
    if (hasFailed && this.inners.size > 0) this.#firstFailure ??= inner;
    else this.settleAs(hasFailed ? (this.#firstFailure ?? inner) : inner);
  }

  protected override onDone(): void {
    this.#stopTimer?.();
    for (const loser of this.inners) void loser.abort(`another run of task "${this.name}" was faster (hedged)`);
  }

  /** A second run that can't be had does no harm: the first one goes on. */
  protected override refused(): void {
    // there is one less to wait for
  }

  #arm(first: Future<unknown>, delayMs: number): void {
    const { attempt = 1 } = this.request;
    this.#stopTimer = this.#clock.startTimer(delayMs, () => {
      if (first.state === 'pending') this.#arm(first, Math.max(delayMs, leastAgainMs));
      else this.runLater({ ...this.request, attempt: attempt + 1 });
    });
  }

  /** Whether a run failed: a chunk did when an item of it has. */
  #hasFailed(inner: Future<unknown>): boolean {
    const { failed, value } = outcomeOf(inner);
    if (failed) return true;
    return this.request.kind === 'chunk' && (value as ChunkOutcome).failure !== undefined;
  }
}
