import { TimeoutError, Executor, type Future, type TaskRequest } from '@heddle/futures';
import { checkOptions, show, systemClock, type Clock } from '@heddle/futures/authors';
import { clockCheck } from '../clock-check.js';
import { DecoratorBackend } from './executor-decorator.js';
import type { Hold } from './hold.js';
import { OuterTask } from './outer-task.js';

/** Options of {@link timed}. */
export interface TimedOptions {
  /**
   * Where the time comes from: for tests.
   * @defaultValue the platform's
   */
  clock?: Clock;
}

/**
 * The same executor, whose tasks have `ms` milliseconds from submit to their end: a deadline. Waiting counts, and so does all that
 * other decorators do beneath: attempts, hedges, fallbacks. When the time is over the task is cancelled or aborted, and its
 * future fails with TimeoutError.
 *
 * `executor.with({ timeoutMs })` is the other limit: it counts from when the task begins, for each run of it by itself.
 *
 * A map's tasks are its chunks. Each has its time from when it is handed over, which for an array with a `chunkSize` is the call.
 *
 * @param ms - milliseconds, greater than 0
 * @returns a view, as of `with`: shutting it down shuts down the executor
 * @throws TypeError, RangeError for a wrong argument
 * @example
 * ```ts
 * import { CoroutineExecutor, retrying, timed } from '@heddle/coroutines';
 *
 * await using executor = new CoroutineExecutor();
 * const patient = timed(retrying(executor, { attempts: 10 }), 2000); // two seconds for all ten together
 * console.log(await patient.submit(async () => await Promise.resolve('in time'))); // in time
 * ```
 */
export function timed(executor: Executor, ms: number, options?: TimedOptions): Executor {
  return new Executor(new TimedBackend(executor, ms, options));
}

class TimedBackend extends DecoratorBackend {
  readonly #ms: number;
  readonly #clock: Clock;

  constructor(executor: Executor, ms: number, options: TimedOptions | undefined) {
    super('timed', executor);
    if (typeof ms !== 'number') throw new TypeError(`timed: ms must be a number of milliseconds, got ${show(ms)}`);
    if (!(ms > 0)) throw new RangeError(`timed: ms must be greater than 0, got ${show(ms)}`);
    checkOptions('timed', options, { clock: clockCheck });
    this.#ms = ms;
    this.#clock = options?.clock ?? systemClock;
  }

  protected override start(request: TaskRequest, hold: Hold): Future<unknown> {
    const task = new TimedTask(request, hold);
    task.begin(this.#ms, this.#clock);
    return task.future;
  }
}

class TimedTask extends OuterTask {
  #late: TimeoutError | undefined;
  #stopTimer: (() => void) | undefined;

  begin(ms: number, clock: Clock): void {
    void this.runNow(this.request);
    if (!this.future.done())
      this.#stopTimer = clock.startTimer(ms, () => {
        this.#timeOut(ms);
      });
  }

  protected override ended(inner: Future<unknown>): void {
    if (this.#late !== undefined && inner.cancelled()) this.setException(this.#late);
    else this.settleAs(inner);
  }

  protected override onDone(): void {
    this.#stopTimer?.();
  }

  #timeOut(ms: number): void {
    const late = new TimeoutError(`task "${this.name}" was not done ${String(ms)} ms after it was submitted (timed)`);
    this.#late = late;
    // Aborted with this reason, what runs fails with it, unless it ends by itself meanwhile. What can't be stopped is let be.
    void Promise.all([...this.inners].map((inner) => inner.abort(late))).then(() => {
      if (!this.future.done()) this.setException(late);
    });
  }
}
