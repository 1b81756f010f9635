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
import { DecoratorBackend } from './executor-decorator.js';
import { Hold } from './hold.js';
import { RepeatableTask } from './repeatable-task.js';
import { Twins } from './twins.js';

/** Options of {@link fallback}. */
export interface FallbackOptions {
  /**
   * Whether to run a task on the second executor after this error. What it throws fails the task, together with the error.
   * @defaultValue always
   */
  fallbackIf?: (error: unknown) => boolean | PromiseLike<boolean>;
}

/** These accept nothing any more. */
const closed: readonly HeddleErrorCode[] = [
  'HEDDLE_SHUTDOWN',
  'HEDDLE_BROKEN_EXECUTOR',
  'HEDDLE_BROKEN_THREAD_POOL',
  'HEDDLE_BROKEN_PROCESS_POOL',
];

/**
 * The first executor, and the second one for what fails there: tasks whose function fails, that the first doesn't accept (its
 * queue is full, what they are given can't travel), or all of them when it is shut down or broken. A task that was cancelled or
 * aborted isn't run again.
 *
 * The second run takes the arguments as they are then. Of a map's chunk only the items from the failed one on run again. A stream
 * runs again unless it has given values. `parallelism` is that of the first.
 *
 * @returns a view, as of `with`: shutting it down shuts down both; `statistics()` adds theirs up
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
      return this.#instead(error, () => this.#second.schedule(Twins.second(request)));
    }
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    try {
      return super.reserve(onCancel);
    } catch (error) {
      const reservation = this.#instead(error, () => this.#second.reserve(onCancel));
      return {
        schedule: (request) => reservation.schedule(Twins.second(request)),
        close: () => {
          reservation.close();
        },
      };
    }
  }

  override snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    return Twins.ofItems(this.#first.snapshot(items, spread), this.#second.snapshot(items, spread));
  }

  override snapshotFunction(fn: AnyFunction): AnyFunction {
    return Twins.ofFunctions(fn, this.#first.snapshotFunction(fn), this.#second.snapshotFunction(fn));
  }

  override async shutdown(options?: ShutdownOptions): Promise<void> {
    await Promise.all([super.shutdown(options), this.#second.shutdown(options)]);
  }

  override statistics(): ExecutorStatistics {
    return sum(super.statistics(), this.#second.statistics());
  }

  protected override hold(reserve: Backend['reserve'], onCancel?: (error?: unknown) => void): Hold {
    return new TwinHold(reserve, onCancel, () => this.#reserveSecond());
  }

  protected override start(request: TaskRequest, hold: Hold): Future<unknown> {
    const task = new FallbackTask(request, hold, this.#fallbackIf);
    task.begin();
    return task.future;
  }

  /** What the second executor does when the first is closed; when both are, the error is the first's. */
  #instead<R>(error: unknown, onSecond: () => R): R {
    if (!isClosed(error)) throw error;
    try {
      return onSecond();
    } catch (other) {
      throw isClosed(other) ? error : other;
    }
  }

  /** The right to run on the second executor what the first has failed; none when that is closed. */
  #reserveSecond(): Hold | undefined {
    try {
      return new Hold((onCancel) => this.#second.reserve(onCancel));
    } catch (error) {
      if (!isClosed(error)) throw error;
      return undefined;
    }
  }
}

/** The right to schedule on the first executor, and later on the second. */
class TwinHold extends Hold {
  readonly second: Hold | undefined;

  constructor(reserve: Backend['reserve'], onCancel: ((error?: unknown) => void) | undefined, reserveSecond: () => Hold | undefined) {
    super(reserve, onCancel);
    this.second = reserveSecond();
  }

  protected override onClose(): void {
    this.second?.letGo();
  }
}

class FallbackTask extends RepeatableTask {
  readonly #fallbackIf: FallbackOptions['fallbackIf'];
  readonly #second: Hold | undefined;
  #isOnSecond = false;

  constructor(request: TaskRequest, hold: Hold, fallbackIf: FallbackOptions['fallbackIf']) {
    super(request, hold);
    this.#second = hold instanceof TwinHold ? hold.second : undefined;
    this.#fallbackIf = fallbackIf;
  }

  begin(): void {
    void this.runNow(Twins.first(this.rest(this.request.attempt ?? 1)));
  }

  protected override failedOnce(error: unknown): void {
    const second = this.#second;
    if (this.#isOnSecond || second === undefined) {
      this.failForGood();
      return;
    }
    this.begun();
    this.ask(
      'fallbackIf',
      error,
      () => this.#fallbackIf?.(error) ?? true,
      () => {
        this.#isOnSecond = true;
        this.runLater(Twins.second(this.rest((this.request.attempt ?? 1) + 1)), second);
      },
    );
  }
}

function isClosed(error: unknown): boolean {
  return closed.some((code) => isHeddleError(error, code));
}

/** What two executors did and do. Together they are open as long as one of them is. */
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
