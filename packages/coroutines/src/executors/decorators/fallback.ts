import {
  isHeddleError,
  type AnyFunction,
  type Backend,
  Executor,
  type ExecutorStatistics,
  type Future,
  type HeddleErrorCode,
  type HistogramSnapshot,
  type Reservation,
  type ShutdownOptions,
  type Sliceable,
  type TaskRequest,
} from '@heddle/futures';
import { backendOf, checkOptions, histogramOf, ofType } from '@heddle/futures/authors';
import { DecoratorBackend } from './decorator-backend.js';
import { DecoratorReservation } from './decorator-reservation.js';
import { pairFunctions, pairItems, requestFor } from './paired-snapshots.js';
import { RepeatableTask } from './repeatable-task.js';

/** Options of {@link fallback}. */
export interface FallbackOptions {
  /**
   * Decides whether a task runs on the second executor after this error. When it throws, the task fails with both errors.
   * @defaultValue always
   */
  fallbackIf?: (error: unknown) => boolean | PromiseLike<boolean>;
}

/** The errors of an executor that accepts no more tasks. */
const closedCodes: readonly HeddleErrorCode[] = [
  'HEDDLE_SHUTDOWN',
  'HEDDLE_BROKEN_EXECUTOR',
  'HEDDLE_BROKEN_THREAD_POOL',
  'HEDDLE_BROKEN_PROCESS_POOL',
];

/**
 * Returns an executor that runs tasks on the first executor, and those that fail there on the second. A task fails when its function
 * fails, or when the first executor does not accept it: its queue is full, or an argument can't travel. When the first executor
 * is shut down or broken, all tasks run on the second. A task that was cancelled or aborted does not run again.
 *
 * The second run takes the arguments as they are at that moment. Of a map's chunk, the items from the failed one on run again. A
 * stream runs again unless it has yielded values. `parallelism` is that of the first executor.
 *
 * @returns a view, as of `with`: shutting it down shuts down both executors, and `statistics()` adds up those of both
 * @throws TypeError for a wrong argument
 * @example
 * ```ts
 * import { CoroutineExecutor, fallback, timed } from '@heddle/coroutines';
 *
 * const here = new CoroutineExecutor();
 * const elsewhere = new CoroutineExecutor();
 * await using executor = fallback(timed(here, 50), elsewhere);
 * console.log(await executor.submit(async () => await Promise.resolve('either will do'))); // either will do
 * ```
 */
export function fallback(first: Executor, second: Executor, options?: FallbackOptions): Executor {
  return new Executor(new FallbackBackend(first, second, options));
}

class FallbackBackend extends DecoratorBackend {
  readonly #first: Backend;
  readonly #second: Backend;
  readonly #fallbackIf: FallbackOptions['fallbackIf'];

  constructor(first: Executor, second: Executor, options: FallbackOptions | undefined) {
    super('fallback', first);
    const secondBackend = backendOf(second, 'fallback: second');
    checkOptions('fallback', options, { fallbackIf: ofType('function') });
    this.#first = backendOf(first);
    this.#second = secondBackend;
    this.#fallbackIf = options?.fallbackIf;
  }

  override schedule(request: TaskRequest): Future<unknown> {
    try {
      return super.schedule(request);
    } catch (error) {
      return this.#orSecond(error, () => this.#second.schedule(requestFor('second', request)));
    }
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    try {
      return super.reserve(onCancel);
    } catch (error) {
      const reservation = this.#orSecond(error, () => this.#second.reserve(onCancel));
      return {
        schedule: (request) => reservation.schedule(requestFor('second', request)),
        close: () => {
          reservation.close();
        },
      };
    }
  }

  override snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    return pairItems(this.#first.snapshot(items, spread), this.#second.snapshot(items, spread));
  }

  override snapshotFunction(fn: AnyFunction): AnyFunction {
    return pairFunctions(fn, this.#first.snapshotFunction(fn), this.#second.snapshotFunction(fn));
  }

  override async shutdown(options?: ShutdownOptions): Promise<void> {
    await Promise.all([super.shutdown(options), this.#second.shutdown(options)]);
  }

  override statistics(): ExecutorStatistics {
    return sum(super.statistics(), this.#second.statistics());
  }

  protected override makeReservation(reserve: Backend['reserve'], onCancel?: (error?: unknown) => void): DecoratorReservation {
    return new FallbackReservation(reserve, onCancel, () => this.#reserveSecond());
  }

  protected override start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    const task = new FallbackTask(request, reservation, this.#fallbackIf);
    task.begin();
    return task.future;
  }

  /** Uses the second executor when the first is closed. When both are closed, throws the error of the first. */
  #orSecond<R>(error: unknown, onSecond: () => R): R {
    if (!isClosed(error)) throw error;
    try {
      return onSecond();
    } catch (other) {
      throw isClosed(other) ? error : other;
    }
  }

  /** Reserves on the second executor; `undefined` when it is closed. */
  #reserveSecond(): DecoratorReservation | undefined {
    try {
      return new DecoratorReservation((onCancel) => this.#second.reserve(onCancel));
    } catch (error) {
      if (!isClosed(error)) throw error;
      return undefined;
    }
  }
}

/** A reservation on the first executor, and one on the second for tasks that fail on the first. */
class FallbackReservation extends DecoratorReservation {
  readonly second: DecoratorReservation | undefined;

  constructor(
    reserve: Backend['reserve'],
    onCancel: ((error?: unknown) => void) | undefined,
    reserveSecond: () => DecoratorReservation | undefined,
  ) {
    super(reserve, onCancel);
    this.second = reserveSecond();
  }

  protected override onEnd(): void {
    this.second?.close();
  }
}

class FallbackTask extends RepeatableTask {
  readonly #fallbackIf: FallbackOptions['fallbackIf'];
  readonly #second: DecoratorReservation | undefined;
  #isOnSecond = false;

  constructor(request: TaskRequest, reservation: DecoratorReservation, fallbackIf: FallbackOptions['fallbackIf']) {
    super(request, reservation);
    this.#second = reservation instanceof FallbackReservation ? reservation.second : undefined;
    this.#fallbackIf = fallbackIf;
  }

  begin(): void {
    void this.runNow(requestFor('first', this.nextRequest(this.request.attempt ?? 1)));
  }

  protected override attemptFailed(error: unknown): void {
    const second = this.#second;
    if (this.#isOnSecond || second === undefined) {
      this.failForGood();
      return;
    }
    this.setRunning();
    this.runAgainIf(
      'fallbackIf',
      error,
      () => this.#fallbackIf?.(error) ?? true,
      () => {
        this.#isOnSecond = true;
        this.runLater(requestFor('second', this.nextRequest((this.request.attempt ?? 1) + 1)), second);
      },
    );
  }
}

function isClosed(error: unknown): boolean {
  return closedCodes.some((code) => isHeddleError(error, code));
}

/** Adds up the statistics of two executors. Their state is open as long as one of them is. */
function sum(a: ExecutorStatistics, b: ExecutorStatistics): ExecutorStatistics {
  return Object.freeze({
    state: b.state === 'open' ? b.state : a.state,
    workers: Object.freeze({
      starting: a.workers.starting + b.workers.starting,
      busy: a.workers.busy + b.workers.busy,
      idle: a.workers.idle + b.workers.idle,
      stopping: a.workers.stopping + b.workers.stopping,
    }),
    queued: a.queued + b.queued,
    running: a.running + b.running,
    suspended: a.suspended + b.suspended,
    finished: a.finished + b.finished,
    failed: a.failed + b.failed,
    cancelled: a.cancelled + b.cancelled,
    refused: a.refused + b.refused,
    crashes: a.crashes + b.crashes,
    waitTime: sumOfHistograms(a.waitTime, b.waitTime),
    runTime: sumOfHistograms(a.runTime, b.runTime),
  });
}

function sumOfHistograms(a: HistogramSnapshot, b: HistogramSnapshot): HistogramSnapshot {
  return histogramOf(
    a.counts.map((count, i) => count + (b.counts[i] ?? 0)),
    a.sumMs + b.sumMs,
  );
}
