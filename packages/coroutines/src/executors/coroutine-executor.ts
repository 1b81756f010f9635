import {
  Executor,
  NestingLimitError,
  QueueFullError,
  ShutdownError,
  type ExecutorStatistics,
  type Future,
  type Reservation,
  type ShutdownOptions,
  type TaskRequest,
} from '@heddle/futures';
import {
  QueueRoom,
  Reservations,
  SubmitSites,
  TaskTally,
  checkOptions,
  countOrInfinity,
  defer,
  failuresKey,
  integerFrom,
  internalFrames,
  localRun,
  ofType,
  reportError,
  tellFailures,
  type SubmitSite,
} from '@heddle/futures/authors';
import { Admission } from './admission.js';
import { CallTask } from './call-task.js';
import { ChunkTask } from './chunk-task.js';
import { systemClock, type Clock } from '../clock.js';
import { clockCheck } from '../clock-check.js';
import type { CoroutineTask, TaskEnd, TaskEvents } from './coroutine-task.js';
import { rateCheck } from './rate-limit.js';
import { Strand } from './strand.js';

internalFrames.add(import.meta.url, 'coroutines/dist/executors/coroutine-executor.js');

/** Options of {@link CoroutineExecutor}. */
export interface CoroutineExecutorOptions {
  /**
   * How many tasks may run at the same time. One that awaits tasks which it submitted to the same executor doesn't count.
   * @defaultValue 100
   */
  maxConcurrency?: number;
  /**
   * How many tasks (of a map: items) may begin within any second, 0.5 for one in two seconds.
   * @defaultValue no limit
   */
  perSecond?: number;
  /**
   * Tasks that may wait beyond those that run; `submit` then fails with QueueFullError, `map` waits.
   * @defaultValue Infinity
   */
  maxQueueSize?: number;
  /**
   * Tasks that may await tasks of their own at a time; one more fails with NestingLimitError.
   * @defaultValue 10_000
   */
  maxSuspendedTasks?: number;
  /**
   * Where `perSecond` has its time from: for tests.
   * @defaultValue the platform's
   */
  clock?: Clock;
}

const optionChecks = {
  maxConcurrency: integerFrom(1),
  perSecond: rateCheck,
  maxQueueSize: countOrInfinity,
  maxSuspendedTasks: countOrInfinity,
  clock: clockCheck,
};

/** How long tasks that begin one after the other may keep the event loop from its turn. */
const sliceMs = 5;

const shutdownChecks = { wait: ofType('boolean'), cancelFutures: ofType('boolean') };

/**
 * Runs async functions on this event loop, so many at a time: an Executor like any other, with the same futures, priorities,
 * `map`, timeouts and statistics. Arguments are not copied, nothing runs in parallel: it bounds what waits (requests, queries,
 * files). asyncio has no such thing; its users put a Semaphore around each call.
 *
 * A task begins in a microtask after `submit`, in the async context of its submitter, and a long row of short tasks lets the event
 * loop have its turn every few milliseconds. A task that awaits tasks it submitted to the same executor gives its slot up
 * meanwhile, so a recursion deeper than `maxConcurrency` goes on; these go before the others of their priority, the last first: a
 * tree is gone through in depth, and few of its nodes wait at a time.
 *
 * A coroutine can't be killed. After `abort()`, or when its `timeoutMs` is over, its signal aborts; one that is still there
 * after the grace is let be: its future fails, its slot is free, and it is reported (`HEDDLE_CANCELLATION_IGNORED`).
 *
 * @example
 * ```ts
 * import { CoroutineExecutor } from '@heddle/coroutines';
 *
 * await using executor = new CoroutineExecutor({ maxConcurrency: 20, perSecond: 100 });
 * const load = async (id: number): Promise<string> => await Promise.resolve(`item ${String(id)}`);
 * for await (const text of executor.map(load, [1, 2, 3])) console.log(text);
 * ```
 */
export class CoroutineExecutor extends Executor {
  readonly #maxConcurrency: number;
  readonly #maxSuspendedTasks: number;
  readonly #maxQueueSize: number;
  readonly #admission: Admission;
  readonly #room: QueueRoom;
  readonly #tally = new TaskTally();
  readonly #sites: SubmitSites = new SubmitSites(() => {
    defer(() => {
      this.#sites.nextTick();
    });
  });
  readonly #reservations = new Reservations(() => {
    this.#tellWhenDone();
  });
  readonly #events: TaskEvents;
  #state: 'open' | 'shutdown' = 'open';
  /** Tasks that are accepted and not settled. */
  #pending = 0;
  /** Those of them that have begun. */
  #begun = 0;
  #suspended = 0;
  #orphans = 0;
  #whenDone: (() => void)[] = [];

  /** @throws TypeError, RangeError naming the option */
  constructor(options: CoroutineExecutorOptions = {}) {
    super();
    checkOptions('CoroutineExecutor', options, optionChecks);
    const {
      maxConcurrency = 100,
      perSecond = Infinity,
      maxQueueSize = Infinity,
      maxSuspendedTasks = 10_000,
      clock = systemClock,
    } = options;
    this.#maxConcurrency = maxConcurrency;
    this.#maxQueueSize = maxQueueSize;
    this.#maxSuspendedTasks = maxSuspendedTasks;
    this.#admission = new Admission(maxConcurrency, perSecond, clock, sliceMs);
    this.#room = new QueueRoom(
      maxQueueSize,
      () => this.#pending - this.#suspended,
      () => maxConcurrency,
    );
    this.#events = {
      executor: this,
      admission: this.#admission,
      suspended: (change) => {
        this.#suspended += change;
      },
      began: (task) => {
        this.#begun += 1;
        this.#tally.waitTime.record(task.waitedMs);
      },
      ended: (task, how, wasRunning) => {
        this.#ended(task, how, wasRunning);
      },
      abandoned: (task, graceMs) => {
        this.#orphans += 1;
        reportError(
          `task "${task.name}" was aborted and goes on: it did not heed currentTask().signal within ${String(graceMs)} ms`,
          'HEDDLE_CANCELLATION_IGNORED',
          'nothing can stop an async function; its slot was given to others',
        );
      },
      orphanEnded: (task, failed, outcome) => {
        this.#orphans -= 1;
        if (failed)
          reportError(`task "${task.name}", which did not heed its abort, has failed since`, 'HEDDLE_CANCELLATION_IGNORED', outcome);
      },
    };
  }

  /** How many tasks can run at the same time: `maxConcurrency`. */
  override get parallelism(): number {
    return this.#maxConcurrency;
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return this.#accept(request, this.#isWithin());
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const isNested = this.#isWithin();
    const site = this.#sites.here();
    return this.#reservations.add(onCancel, (request) => this.#accept(request, isNested, site));
  }

  override whenRoom(): Promise<void> | undefined {
    return this.#room.whenThere();
  }

  override async shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkOptions('shutdown', options, shutdownChecks);
    this.#state = 'shutdown';
    if (options.cancelFutures === true) {
      this.#reservations.cancelAll();
      for (const entrant of this.#admission.waiting()) (entrant as Partial<CoroutineTask>).future?.cancel();
    }
    const isOver = this.#isDone ? Promise.resolve() : new Promise<void>((resolve) => this.#whenDone.push(resolve));
    const isTold = isOver.then(() => {
      tellFailures(this.#tally);
    });
    if (options.wait !== false) await isTold;
  }

  /** Failures keep it no longer than it is used. @internal */
  get [failuresKey](): object {
    return this.#tally;
  }

  /** As of any executor; its workers are the slots, and those that are stopping the functions that didn't heed their abort. */
  override statistics(): ExecutorStatistics {
    const { held } = this.#admission;
    return this.#tally.snapshot({
      state: this.#state,
      workers: { starting: 0, busy: held, idle: Math.max(0, this.#maxConcurrency - held), stopping: this.#orphans },
      queued: this.#pending - this.#begun,
      running: Math.max(0, this.#begun - this.#suspended),
      suspended: this.#suspended,
    });
  }

  /**
   * Whether a task of this executor submits: its children are accepted as long as it runs.
   *
   * @throws ShutdownError when somebody else does, after shutdown
   */
  #isWithin(): boolean {
    const run = localRun.get();
    if (run instanceof Strand && run.executor === this && !run.isOver) return true;
    if (this.#state === 'open') return false;
    throw new ShutdownError(
      'cannot schedule new futures after shutdown of this CoroutineExecutor; make a new one, or submit before shutdown()',
    );
  }

  #accept(request: TaskRequest, isNested: boolean, site: SubmitSite = this.#sites.here()): Future<unknown> {
    const task = request.kind === 'chunk' ? new ChunkTask(this.#events, request, site) : new CallTask(this.#events, request, site);
    const refusal = isNested ? this.#nestingRefusal(task) : this.#queueRefusal(task);
    if (refusal !== undefined) {
      this.#tally.refused += 1;
      task.setException(refusal);
      return task.future;
    }
    this.#pending += 1;
    if (isNested) this.#admission.enqueueFirst(task);
    else this.#admission.enqueue(task);
    task.followSignal();
    return task.future;
  }

  #nestingRefusal(task: CoroutineTask): NestingLimitError | undefined {
    if (this.#suspended <= this.#maxSuspendedTasks) return undefined;
    return new NestingLimitError(
      `task "${task.name}" was not accepted: ${String(this.#suspended)} tasks await tasks of their own, more than maxSuspendedTasks (${String(this.#maxSuspendedTasks)}); does a task submit itself without end?`,
    );
  }

  #queueRefusal(task: CoroutineTask): QueueFullError | undefined {
    if (this.#room.isThere) return undefined;
    const full = `CoroutineExecutor has as many tasks as ${String(this.#maxConcurrency)} slots and a queue of ${String(this.#maxQueueSize)} hold`;
    return new QueueFullError(`task "${task.name}" was not accepted: ${full}; wait for some to finish, or use map, which waits`);
  }

  #ended(task: CoroutineTask, how: TaskEnd, wasRunning: boolean): void {
    this.#pending -= 1;
    if (wasRunning) {
      this.#begun -= 1;
      this.#tally.runTime.record(task.ranMs);
    }
    this.#tally[how] += 1;
    this.#room.check();
    this.#tellWhenDone();
  }

  get #isDone(): boolean {
    return this.#pending === 0 && this.#reservations.size === 0;
  }

  #tellWhenDone(): void {
    if (this.#isDone) for (const resolve of this.#whenDone.splice(0)) resolve();
  }
}
