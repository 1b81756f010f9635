import { isHeddleError, Executor, type ExecutorStatistics, type Future, type HeddleErrorCode, type TaskRequest } from '@heddle/futures';
import { checkOptions, followSignal, systemClock, type Clock } from '@heddle/futures/authors';
import { delayAfter, policyChecks, type Backoff } from '../../time/backoff.js';
import { DecoratorBackend } from './decorator-backend.js';
import type { DecoratorReservation } from './decorator-reservation.js';
import { RepeatableTask } from './repeatable-task.js';

/** Options of {@link retrying}. */
export interface RetryPolicy extends Backoff {
  /**
   * How many times a task runs at most; `Infinity` is allowed.
   * @defaultValue 3
   */
  attempts?: number;
  /**
   * Decides whether the task runs again after this error. When it throws, the task fails with both errors.
   * @defaultValue true, except for errors that another attempt can't change: something can't travel, or the executor is broken or shut down
   */
  retryIf?: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>;
  /**
   * Tells the time; for tests.
   * @defaultValue the platform's clock
   */
  clock?: Clock;
}

/** The errors that another attempt can't change. */
const permanentCodes: readonly HeddleErrorCode[] = [
  'HEDDLE_SERIALIZATION',
  'HEDDLE_TASK_NOT_FOUND',
  'HEDDLE_INVALID_STATE',
  'HEDDLE_SHUTDOWN',
  'HEDDLE_BROKEN_EXECUTOR',
  'HEDDLE_BROKEN_THREAD_POOL',
  'HEDDLE_BROKEN_PROCESS_POOL',
];

/**
 * Returns the executor with retries: a task that fails runs again after a delay that grows and is randomised (exponential backoff with
 * jitter). The number of the attempt is `currentTask().attempt`. A task that was cancelled or aborted does not run again.
 *
 * A later attempt takes the arguments as they are at that moment; memory that was moved by `transfer()` is gone. The `timeoutMs` of
 * `with` limits each attempt, and {@link timed} around the executor limits all of them together. Of a map's chunk, the items from
 * the failed one on run again, each item up to `attempts` times. A stream runs again unless it has yielded values.
 *
 * @returns a view, as of `with`: shutting it down shuts down the executor, after the last attempts have ended
 * @throws TypeError, RangeError for a wrong option
 * @example
 * ```ts
 * import { CoroutineExecutor, retrying } from '@heddle/coroutines';
 * import { currentTask } from '@heddle/futures';
 *
 * await using executor = new CoroutineExecutor();
 * const stubborn = retrying(executor, { attempts: 5, delayMs: 1 });
 * const flaky = async (): Promise<string> => {
 *   const attempt = currentTask()?.attempt ?? 1;
 *   if (attempt < 3) throw new Error('not yet');
 *   return await Promise.resolve(`attempt ${String(attempt)}`);
 * };
 * console.log(await stubborn.submit(flaky)); // attempt 3
 * ```
 */
export function retrying(executor: Executor, policy?: RetryPolicy): Executor {
  return new Executor(new RetryingBackend(executor, policy));
}

class RetryingBackend extends DecoratorBackend {
  readonly #policy: RetryPolicy;
  readonly #waiting = { count: 0 };

  constructor(executor: Executor, policy: RetryPolicy | undefined) {
    super('retrying', executor);
    checkOptions('retrying', policy, policyChecks);
    this.#policy = { ...policy };
  }

  /** Adds the tasks that wait for their next attempt to `suspended`. */
  override statistics(): ExecutorStatistics {
    const statistics = super.statistics();
    return Object.freeze({ ...statistics, suspended: statistics.suspended + this.#waiting.count });
  }

  protected override start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    const task = new RetryingTask(request, reservation, this.#policy, this.#waiting);
    task.begin();
    return task.future;
  }
}

class RetryingTask extends RepeatableTask {
  readonly #policy: RetryPolicy;
  /** Shared by all tasks of the executor: how many wait for their next attempt. */
  readonly #waiting: { count: number };
  /** The attempt that runs now; of a chunk, counted for its first item that has no value. */
  #attempt = 1;
  #stopTimer: (() => void) | undefined;

  constructor(request: TaskRequest, reservation: DecoratorReservation, policy: RetryPolicy, waiting: { count: number }) {
    super(request, reservation);
    this.#policy = policy;
    this.#waiting = waiting;
  }

  begin(): void {
    void this.runNow(this.#nextAttempt());
    followSignal(this.future, this.request.options.signal);
  }

  protected override attemptFailed(error: unknown, isSame: boolean): void {
    this.setRunning();
    if (!isSame) this.#attempt = 1;
    const { attempts = 3, retryIf = isWorthRetrying } = this.#policy;
    if (this.#attempt >= attempts) {
      this.failForGood();
      return;
    }
    this.runAgainIf(
      'retryIf',
      error,
      () => retryIf(error, this.#attempt),
      () => {
        this.#startDelay();
      },
    );
  }

  protected override onDone(): void {
    this.#stopDelay();
  }

  #startDelay(): void {
    const delayMs = delayAfter(this.#attempt, this.#policy);
    this.#attempt += 1;
    this.#waiting.count += 1;
    this.#stopTimer = (this.#policy.clock ?? systemClock).startTimer(delayMs, () => {
      this.#stopDelay();
      this.runLater(this.#nextAttempt());
    });
  }

  #nextAttempt(): TaskRequest {
    return this.nextRequest((this.request.attempt ?? 1) + this.#attempt - 1);
  }

  #stopDelay(): void {
    if (this.#stopTimer === undefined) return;
    this.#stopTimer();
    this.#stopTimer = undefined;
    this.#waiting.count -= 1;
  }
}

function isWorthRetrying(error: unknown): boolean {
  return !permanentCodes.some((code) => isHeddleError(error, code));
}
