import { TimeoutError, Executor, type Future, type TaskRequest } from '@heddle/futures';
import { checkOptions, show, systemClock, type Clock } from '@heddle/futures/authors';
import { clockCheck } from '../../time/clock-check.js';
import { DecoratorBackend } from './decorator-backend.js';
import type { DecoratorReservation } from './decorator-reservation.js';
import { DecoratorTask } from './decorator-task.js';

/** Options of {@link timed}. */
export interface TimedOptions {
  /**
   * Tells the time; for tests.
   * @defaultValue the platform's clock
   */
  clock?: Clock;
}

/**
 * Returns the executor with a deadline for each task: `ms` milliseconds from submit to the end. The deadline includes the time in
 * the queue, and everything that decorators beneath do: attempts, hedges, fallbacks. When it has passed, the task is cancelled
 * or aborted, and its future fails with TimeoutError.
 *
 * `executor.with({ timeoutMs })` is the other limit: it counts from the beginning of the task, separately for each attempt.
 *
 * A map's tasks are its chunks. The time of a chunk counts from when the map submits it. For an array with a `chunkSize` that is
 * the call of `map`.
 *
 * @param ms - milliseconds, greater than 0
 * @returns a view, as of `with`: shutting it down shuts down the executor
 * @throws TypeError, RangeError for a wrong argument; futures fail with TimeoutError (`HEDDLE_TIMEOUT`)
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

  protected override start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    const task = new TimedTask(request, reservation);
    task.begin(this.#ms, this.#clock);
    return task.future;
  }
}

class TimedTask extends DecoratorTask {
  #late: TimeoutError | undefined;
  #stopTimer: (() => void) | undefined;

  begin(ms: number, clock: Clock): void {
    void this.runNow(this.request);
    if (!this.future.done())
      this.#stopTimer = clock.startTimer(ms, () => {
        this.#timeOut(ms);
      });
  }

  protected override innerEnded(inner: Future<unknown>): void {
    if (this.#late !== undefined && inner.cancelled()) this.setException(this.#late);
    else this.settleAs(inner);
  }

  protected override onDone(): void {
    this.#stopTimer?.();
  }

  #timeOut(ms: number): void {
    const late = new TimeoutError(`task "${this.name}" was not done ${String(ms)} ms after it was submitted (timed)`);
    this.#late = late;
    // An inner future fails with this reason, unless its task ends in the meantime. If the task can't be stopped, it goes on.
    void Promise.all([...this.inners].map((inner) => inner.abort(late))).then(() => {
      if (!this.future.done()) this.setException(late);
    });
  }
}
