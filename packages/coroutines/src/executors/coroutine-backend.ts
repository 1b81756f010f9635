import {
  NestingLimitError,
  QueueFullError,
  ShutdownError,
  type AnyFunction,
  type Executor,
  type ExecutorStatistics,
  type Future,
  type Reservation,
  type ShutdownOptions,
  type TaskRequest,
} from '@heddle/futures';
import {
  BaseBackend,
  QueueRoom,
  Reservations,
  SubmitSites,
  TaskTally,
  WorkerValues,
  defer,
  describeBackend,
  localRun,
  reportError,
  tellFailures,
  type SubmitSite,
  systemClock,
  checkShutdownOptions,
} from '@heddle/futures/authors';
import { CallTask } from './call-task.js';
import { ChunkTask } from './chunk-task.js';
import type { CoroutineExecutorOptions } from './coroutine-options.js';
import type { CoroutineTask, TaskEnd, TaskEvents } from './coroutine-task.js';
import { SlotQueue } from './slot-queue.js';
import { TaskRun } from './task-run.js';

/** For how long consecutive starts of tasks may keep the event loop from having a turn. */
const sliceMs = 5;

/** The backend of a {@link CoroutineExecutor}. */
export class CoroutineBackend extends BaseBackend {
  readonly #executor: () => Executor;
  readonly #maxConcurrency: number;
  readonly #maxSuspendedTasks: number;
  readonly #maxQueueSize: number;
  readonly #slots: SlotQueue;
  readonly #room: QueueRoom;
  readonly #tally = new TaskTally();
  readonly #sites: SubmitSites = new SubmitSites(() => {
    defer(() => {
      this.#sites.nextTick();
    });
  });
  readonly #reservations = new Reservations(() => {
    this.#resolveWhenDone();
  });
  readonly #events: TaskEvents;
  #state: 'open' | 'shutdown' = 'open';
  /** How many tasks are accepted and not settled. */
  #pending = 0;
  /** How many of them have begun. */
  #begun = 0;
  #suspended = 0;
  /** How many functions go on although their tasks were abandoned. */
  #orphans = 0;
  #whenDone: (() => void)[] = [];
  readonly #values = new WorkerValues();

  /** @param executor - the executor over this backend, which is `currentExecutor()` in its tasks */
  constructor(options: CoroutineExecutorOptions, executor: () => Executor) {
    super();
    this.#executor = executor;
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
    this.#slots = new SlotQueue(maxConcurrency, perSecond, clock, sliceMs);
    this.#room = new QueueRoom(
      maxQueueSize,
      () => this.#pending - this.#suspended,
      () => maxConcurrency,
    );
    this.#events = {
      executor,
      failures: this.#tally,
      slots: this.#slots,
      workerValues: this.#values,
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
  get parallelism(): number {
    return this.#maxConcurrency;
  }

  schedule(request: TaskRequest): Future<unknown> {
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

  /** The caller stands for all workers, those that start later too. */
  async broadcast(fn: AnyFunction, args: readonly unknown[]): Promise<unknown[]> {
    return [await this.schedule({ kind: 'call', fn, args, options: {} })];
  }

  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkShutdownOptions(options);
    this.#state = 'shutdown';
    if (options.cancelFutures === true) {
      this.#reservations.cancelAll();
      for (const client of this.#slots.waiting()) (client as Partial<CoroutineTask>).future?.cancel();
    }
    const isOver = this.#isDone ? Promise.resolve() : new Promise<void>((resolve) => this.#whenDone.push(resolve));
    const isTold = isOver.then(async () => {
      await this.#values.dispose();
      tellFailures(this.#tally);
    });
    if (options.wait !== false) await isTold;
  }

  /** The owner of failures is the tally: a failure that nobody has retrieved does not keep the backend in memory. */
  get failures(): object {
    return this.#tally;
  }

  /** Counts slots as workers. `stopping` counts the functions that go on although their tasks were abandoned. */
  statistics(): ExecutorStatistics {
    const { held } = this.#slots;
    return this.#tally.snapshot({
      state: this.#state,
      workers: { starting: 0, busy: held, idle: Math.max(0, this.#maxConcurrency - held), stopping: this.#orphans },
      queued: this.#pending - this.#begun,
      running: Math.max(0, this.#begun - this.#suspended),
      suspended: this.#suspended,
    });
  }

  describe(name = 'CoroutineExecutor'): string {
    return describeBackend(name, this);
  }

  /**
   * Whether the calling code is a task of this executor. Its nested tasks are accepted also after shutdown.
   *
   * @throws ShutdownError after shutdown, when it is not
   */
  #isWithin(): boolean {
    const run = localRun.get();
    if (run instanceof TaskRun && run.executor === this.#executor() && !run.slot.isReleased) return true;
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
    if (isNested) this.#slots.enqueueFirst(task);
    else this.#slots.enqueue(task);
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
    this.#resolveWhenDone();
  }

  get #isDone(): boolean {
    return this.#pending === 0 && this.#reservations.size === 0;
  }

  #resolveWhenDone(): void {
    if (this.#isDone) for (const resolve of this.#whenDone.splice(0)) resolve();
  }
}
