import { isHeddleError, Executor, type ExecutorStatistics, type Future, type HeddleErrorCode, type TaskRequest } from '@heddle/futures';
import { checkOptions, followSignal, systemClock, type Clock } from '@heddle/futures/authors';
import { delayAfter, policyChecks, type Backoff } from '../backoff.js';
import { DecoratorBackend } from './executor-decorator.js';
import type { Hold } from './hold.js';
import { RepeatableTask } from './repeatable-task.js';

/** Options of {@link retrying}. */
export interface RetryPolicy extends Backoff {
  /**
   * How often a task is run at most; `Infinity` is allowed.
   * @defaultValue 3
   */
  attempts?: number;
  /**
   * Whether to run it again after this error. What it throws fails the task, together with the error.
   * @defaultValue true, but for errors that will not be others next time: of what can't travel, of an executor that is broken or shut down
   */
  retryIf?: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>;
  /**
   * Where the time comes from: for tests.
   * @defaultValue the platform's
   */
  clock?: Clock;
}

/** Trying again changes nothing about these. */
const hopeless: readonly HeddleErrorCode[] = [
  'HEDDLE_SERIALIZATION',
  'HEDDLE_TASK_NOT_FOUND',
  'HEDDLE_INVALID_STATE',
  'HEDDLE_SHUTDOWN',
  'HEDDLE_BROKEN_EXECUTOR',
  'HEDDLE_BROKEN_THREAD_POOL',
  'HEDDLE_BROKEN_PROCESS_POOL',
];

/**
 * The same executor, which runs a task again when it fails, after a growing, scattered delay (exponential backoff with jitter). The
 * task sees which run it is in `currentTask().attempt`. A task that was cancelled or aborted is not run again.
 *
 * A later attempt takes the arguments as they are then; what was moved by `transfer()` is gone. The `timeoutMs` of `with` counts for
 * each attempt; {@link timed} around it limits all of them together. Of a map's chunk only the items from the failed one on
 * run again, each item as often as `attempts` says. A stream runs again unless it has given values.
 *
 * @returns a view, as of `with`: shutting it down shuts down the executor, when the last attempts are over
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

  /** Tasks that wait for their next attempt count as suspended. */
  override statistics(): ExecutorStatistics {
    const statistics = super.statistics();
    return Object.freeze({ ...statistics, suspended: statistics.suspended + this.#waiting.count });
  }

  protected override start(request: TaskRequest, hold: Hold): Future<unknown> {
    const task = new RetryingTask(request, hold, this.#policy, this.#waiting);
    task.begin();
    return task.future;
  }
}

class RetryingTask extends RepeatableTask {
  readonly #policy: RetryPolicy;
  /** How many tasks of the executor wait for their next attempt. */
  readonly #waiting: { count: number };
  /** Of the item that is under way. */
  #attempt = 1;
  #stopTimer: (() => void) | undefined;

  constructor(request: TaskRequest, hold: Hold, policy: RetryPolicy, waiting: { count: number }) {
    super(request, hold);
    this.#policy = policy;
    this.#waiting = waiting;
  }

  begin(): void {
    void this.runNow(this.#next());
    followSignal(this.future, this.request.options.signal);
  }

  protected override failedOnce(error: unknown, isSame: boolean): void {
    this.begun();
    if (!isSame) this.#attempt = 1;
    const { attempts = 3, retryIf = isHopeful } = this.#policy;
    if (this.#attempt >= attempts) {
      this.failForGood();
      return;
    }
    this.ask(
      'retryIf',
      error,
      () => retryIf(error, this.#attempt),
      () => {
        this.#wait();
      },
    );
  }

  protected override onDone(): void {
    this.#stopWaiting();
  }

  #wait(): void {
    const delayMs = delayAfter(this.#attempt, this.#policy);
    this.#attempt += 1;
    this.#waiting.count += 1;
    this.#stopTimer = (this.#policy.clock ?? systemClock).startTimer(delayMs, () => {
      this.#stopWaiting();
      this.runLater(this.#next());
    });
  }

  #next(): TaskRequest {
    return this.rest((this.request.attempt ?? 1) + this.#attempt - 1);
  }

  #stopWaiting(): void {
    if (this.#stopTimer === undefined) return;
    this.#stopTimer();
    this.#stopTimer = undefined;
    this.#waiting.count -= 1;
  }
}

function isHopeful(error: unknown): boolean {
  return !hopeless.some((code) => isHeddleError(error, code));
}
