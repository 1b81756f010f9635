/**
 * Runs tasks on the threads of threads.js.
 *
 *   schedule ──▶ queue ──▶ a loan of a thread (loan.ts), which runs one task after the other
 *
 * Invariants
 * - There are at most as many loans as the crew has capacity, so that all other tasks wait here, where they can be cancelled.
 * - A task is taken from the queue when a thread is there, so priorities hold until then.
 */
import { BrokenExecutor, ShutdownError, type AnyFunction, type ExecutorStatistics, type Future } from '@heddle/futures';
import type { Reservation, ShutdownOptions, Sliceable, TaskRequest } from '@heddle/futures';
import {
  BaseBackend,
  checkShutdownOptions,
  defer,
  describeError,
  followSignal,
  outcomeOf,
  Reservations,
  SubmitSites,
  TaskQueue,
  TaskTally,
  tellFailures,
  watch,
  type SubmitSite,
} from '@heddle/futures/authors';
import { encodeCall, snapshotOf } from './calls/encode-call.js';
import type { Crew, CrewEvents } from './crew.js';
import { exposedName } from './exposed.js';
import { Loan, type LoanOwner } from './loan.js';
import { MapItems } from './map-items.js';
import { needsRunner, runExposed } from './run-exposed.js';
import { runWithRunner } from './run-with-runner.js';
import type { ThreadHandle } from './thread-handle.js';
import { ThreadsJsTask, type TaskOwner } from './threads-js-task.js';

export class ThreadsJsBackend extends BaseBackend implements TaskOwner, LoanOwner {
  readonly canStop: boolean;
  readonly #crew: Crew;
  readonly #own: boolean;
  readonly #tally = new TaskTally();
  readonly #queue = new TaskQueue<ThreadsJsTask>((task) => task.isQueued);
  readonly #running = new Set<ThreadsJsTask>();
  readonly #reservations = new Reservations(() => {
    this.#tellWhenQuiet();
  });
  readonly #sites: SubmitSites = new SubmitSites(() => {
    defer(() => {
      this.#sites.nextTick();
    });
  });
  #state: 'open' | 'shutdown' | 'broken' = 'open';
  #brokenBy: unknown;
  /** How many loans were asked for and not granted yet. */
  #asked = 0;
  /** The granted loans. */
  readonly #loans = new Set<Loan>();
  #isPumping = false;
  /** Whether shutdown has waited for everything. */
  #isOver = false;
  #ending: Promise<void> | undefined;
  #whenQuiet: (() => void)[] = [];

  /**
   * @param crewFor - makes the crew
   * @param canStop - whether an abort may stop a worker
   */
  constructor(crewFor: (events: CrewEvents) => Crew, own: boolean, canStop: boolean) {
    super();
    this.#own = own;
    this.canStop = canStop;
    this.#crew = crewFor({
      changed: () => {
        this.#pumpSoon();
      },
      ended: (thread) => {
        if (!thread.isStopped) this.#tally.crashes += 1;
      },
    });
  }

  get parallelism(): number {
    return Math.max(1, this.#crew.capacity);
  }

  /** Stands for the executor in the notes of failures, which must not keep the executor in memory. */
  get failures(): object {
    return this.#tally;
  }

  schedule(request: TaskRequest): Future<unknown> {
    this.#checkOpen();
    return this.#accept(request, this.#sites.here());
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    this.#checkOpen();
    const site = this.#sites.here();
    return this.#reservations.add(onCancel, (request) => this.#accept(request, site));
  }

  override snapshot(items: readonly unknown[]): Sliceable {
    return MapItems.of(items);
  }

  override snapshotFunction(fn: AnyFunction): AnyFunction {
    return exposedName(fn) === undefined ? snapshotOf(fn) : fn;
  }

  async shutdown(options?: ShutdownOptions): Promise<void> {
    checkShutdownOptions(options);
    if (this.#state === 'open') this.#state = 'shutdown';
    if (options?.cancelFutures === true) {
      this.#reservations.cancelAll();
      this.#emptyQueue((task) => void task.future.cancel());
    }
    this.#ending ??= this.#end();
    if (options?.wait !== false) await this.#ending;
  }

  statistics(): ExecutorStatistics {
    const { workers, starting } = this.#crew;
    const isOver = this.#isOver && this.#own;
    const busy = Math.min(this.#loans.size, workers);
    return this.#tally.snapshot({
      state: this.#state,
      workers: isOver
        ? { starting: 0, busy: 0, idle: 0, stopping: 0 }
        : { starting, busy, idle: Math.max(0, workers - starting - busy), stopping: 0 },
      queued: this.#queue.size,
      running: this.#running.size,
      suspended: 0,
    });
  }

  takeBack(task: ThreadsJsTask): boolean {
    if (task.isQueued) {
      task.isQueued = false;
      this.#queue.forgetOne();
    }
    this.#tally.cancelled += 1;
    this.#tellWhenQuiet();
    return true;
  }

  #accept(request: TaskRequest, site: SubmitSite): Future<unknown> {
    const task = new ThreadsJsTask(this, request, site);
    const { future } = task;
    if (this.#state === 'broken') {
      this.#tally.failed += 1;
      task.setException(this.#broken(`task "${task.name}" was not run`));
      return future;
    }
    try {
      if (exposedName(request.fn) === undefined) task.call = encodeCall(request);
    } catch (error) {
      this.#tally.refused += 1;
      task.setException(error);
      return future;
    }
    task.isQueued = true;
    this.#queue.push(task, task.priority);
    if (!followSignal(future, request.options.signal)) this.#pumpSoon();
    return future;
  }

  /** Asks for threads when the present code has submitted all that it submits now. */
  #pumpSoon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    const { failure } = this.#crew;
    if (failure !== undefined) {
      this.#break(failure.error);
      return;
    }
    for (const loan of this.#loans) loan.proceed();
    while (this.#asked < Math.min(this.#queue.size, this.#crew.capacity - this.#loans.size)) {
      this.#asked += 1;
      this.#crew.lend({
        use: (thread) => {
          this.#asked -= 1;
          return this.#use(thread);
        },
        fail: () => {
          this.#asked -= 1;
          this.#pumpSoon();
        },
      });
    }
  }

  #use(thread: ThreadHandle): Promise<void> {
    return new Promise((resolve) => {
      const loan = new Loan(this, thread, () => {
        this.#loans.delete(loan);
        resolve();
        if (this.#queue.size > 0) this.#pumpSoon();
      });
      this.#loans.add(loan);
      loan.proceed();
    });
  }

  next(): ThreadsJsTask | undefined {
    const task = this.#queue.shift();
    if (task !== undefined) task.isQueued = false;
    return task;
  }

  /** See {@link LoanOwner.run}. */
  async run(task: ThreadsJsTask, thread: ThreadHandle): Promise<void> {
    const { call, future, request } = task;
    if (request === undefined || !task.setRunningOrNotifyCancel()) return;
    const startedAt = performance.now();
    this.#tally.waitTime.record(startedAt - task.submittedAt);
    this.#running.add(task);
    watch(future, () => {
      this.#running.delete(task);
      this.#tally.runTime.record(performance.now() - startedAt);
      if (outcomeOf(future).failed) this.#tally.failed += 1;
      else this.#tally.finished += 1;
      this.#tellWhenQuiet();
    });
    task.startClock();
    const exposed = exposedName(request.fn);
    const runner = thread.functionNamed('heddleRun');
    if (exposed !== undefined) await runExposed(task, exposed.name, thread);
    else if (runner === undefined || call === undefined) task.fail(needsRunner(request.fn, thread));
    else await runWithRunner(task, call, thread, runner);
    task.run = undefined;
  }

  /** The crew has no worker any more. */
  #break(cause: unknown): void {
    if (this.#isOver || this.#state === 'broken') return;
    if (this.#state === 'open') this.#state = 'broken';
    this.#brokenBy = cause;
    this.#reservations.cancelAll(this.#broken('the map was not run to its end'));
    this.#emptyQueue((task) => {
      this.#tally.failed += 1;
      task.setException(this.#broken(`task "${task.name}" was not run`));
    });
  }

  #broken(what: string): BrokenExecutor {
    const cause = this.#brokenBy;
    const why = cause === undefined ? 'all its workers have ended' : (describeError(cause).split('\n')[0] ?? '');
    return new BrokenExecutor(`${what}: ThreadsJsExecutor is broken: ${why}; make a new pool and a new executor`, { cause });
  }

  #checkOpen(): void {
    if (this.#state === 'open' && !this.#isPumping) this.#lookAtCrew();
    if (this.#state === 'broken') throw this.#broken('the task was not accepted');
    if (this.#state === 'shutdown') {
      throw new ShutdownError('cannot schedule new futures after shutdown of this ThreadsJsExecutor; make a new one');
    }
  }

  /** Another owner of the pool may have terminated it. */
  #lookAtCrew(): void {
    const { failure } = this.#crew;
    if (failure !== undefined) this.#break(failure.error);
  }

  /** Takes all tasks out of the queue, and settles each. */
  #emptyQueue(settle: (task: ThreadsJsTask) => void): void {
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      task.isQueued = false;
      settle(task);
    }
    this.#tellWhenQuiet();
  }

  async #end(): Promise<void> {
    if (!this.#isQuiet) await new Promise<void>((resolve) => this.#whenQuiet.push(resolve));
    this.#isOver = true;
    this.#crew.release();
    if (this.#own) await this.#crew.terminate();
    tellFailures(this.#tally);
  }

  get #isQuiet(): boolean {
    return this.#queue.size === 0 && this.#running.size === 0 && this.#reservations.size === 0;
  }

  #tellWhenQuiet(): void {
    if (this.#isQuiet) for (const resolve of this.#whenQuiet.splice(0)) resolve();
  }
}
