/**
 * The backend of TinypoolExecutor. It hands Tinypool at most as many tasks as there can be workers. The others wait in a queue of its own,
 * where they keep their priorities and can be cancelled.
 *
 *   schedule ─▶ TaskQueue ─pump─▶ pool.run (handed) ─▶ outcome: the future is settled ─▶ run resolves: the worker is free, pump
 */
import {
  DeathWatch,
  FunctionTable,
  OutcomeReader,
  checkNotImporting,
  diedError,
  snapshotItems,
  encodeRequest,
  refusedFuture,
  showUserLines,
  snapshotOf,
  type Outcome,
  type WorkerExit,
} from '@heddle/engine';
import {
  BrokenExecutor,
  CancelledError,
  QueueFullError,
  SerializationError,
  ShutdownError,
  type AnyFunction,
  type ChunkOutcome,
  type ExecutorStatistics,
  type Future,
  type Reservation,
  type ShutdownOptions,
  type Sliceable,
  type TaskRequest,
} from '@heddle/futures';
import {
  BaseBackend,
  Reservations,
  SubmitSites,
  TaskQueue,
  TaskTally,
  addSubmitStack,
  checkShutdownOptions,
  defer,
  describeBackend,
  describeError,
  followSignal,
  reportError,
  tellFailures,
  type SubmitSite,
} from '@heddle/futures/authors';
import { takePendingLoads, type Destination } from '@heddle/serialization';
import { hasNoWorkers, noWorkers, type TinypoolLike, type TinypoolWorkerLike } from './tinypool-like.js';
import { TinypoolTask, type TinypoolTaskOwner } from './tinypool-task.js';
import { WorkerEnds, nameOfWorker } from './worker-ends.js';

export class TinypoolBackend extends BaseBackend implements TinypoolTaskOwner {
  readonly destination: Destination;
  readonly #pool: TinypoolLike;
  readonly #own: boolean;
  readonly #runner: string;
  readonly #functions = new FunctionTable();
  readonly #tally = new TaskTally();
  readonly #reader = new OutcomeReader();
  readonly #sites: SubmitSites = new SubmitSites(() => {
    defer(() => {
      this.#sites.nextTick();
    });
  });
  readonly #queue = new TaskQueue<TinypoolTask>((task) => task.state === 'queued');
  /** The tasks that are not settled. */
  readonly #open = new Set<TinypoolTask>();
  /** The tasks whose `pool.run` has not settled. */
  readonly #handed = new Set<TinypoolTask>();
  readonly #maps: Reservations = new Reservations(() => {
    this.#tellWhenQuiet();
  });
  readonly #ends: WorkerEnds = new WorkerEnds((worker, exit) => {
    this.#workerEnded(worker, exit);
  });
  readonly #onPoolError = (error: unknown): void => {
    this.#failWaiting(error);
  };
  #isListening = false;
  #whenQuiet: (() => void)[] = [];
  #state: 'open' | 'shutdown' | 'broken' = 'open';
  #brokenBy: unknown;
  readonly #deaths = new DeathWatch(undefined);
  #isPumping = false;
  #destroyed: Promise<void> | undefined;

  /** @param runner - the path of the worker file that runs tasks */
  constructor(pool: TinypoolLike, own: boolean, runner: string) {
    super();
    this.#pool = pool;
    this.#own = own;
    this.#runner = runner;
    this.destination = pool.options.runtime === 'child_process' ? 'process' : 'thread';
  }

  get parallelism(): number {
    return this.#pool.options.maxThreads;
  }

  /** Stands for the executor in the notes of failures, which must not keep it in memory. */
  get failures(): object {
    return this.#tally;
  }

  schedule(request: TaskRequest): Future<unknown> {
    this.#checkOpen();
    return this.#accept(request);
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    this.#checkOpen();
    const site = this.#sites.here();
    return this.#maps.add(onCancel, (request) => this.#accept(request, site));
  }

  override snapshot(items: readonly unknown[], _spread: boolean): Sliceable {
    return snapshotItems(items, this.destination, true);
  }

  override snapshotFunction(fn: AnyFunction): AnyFunction {
    return snapshotOf(fn, this.destination);
  }

  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkShutdownOptions(options);
    if (this.#state === 'open') this.#state = 'shutdown';
    if (options.cancelFutures === true) {
      this.#maps.cancelAll();
      for (const task of [...this.#open]) if (task.state === 'queued' || task.state === 'handed') task.future.cancel();
    }
    const isQuiet = this.#isQuiet ? Promise.resolve() : new Promise<void>((resolve) => this.#whenQuiet.push(resolve));
    const isTold = isQuiet
      .then(() => (this.#own ? (this.#destroyed ??= this.#destroy()) : undefined))
      .then(() => {
        tellFailures(this.#tally);
      });
    if (options.wait !== false) await isTold;
  }

  statistics(): ExecutorStatistics {
    let running = 0;
    for (const task of this.#open) if (task.state === 'begun' || task.state === 'answered') running += 1;
    const workers = this.#pool.threads.length;
    const busy = Math.min(running, workers);
    return this.#tally.snapshot({
      state: this.#state,
      workers: { starting: 0, busy, idle: workers - busy, stopping: 0 },
      queued: this.#open.size - running,
      running,
      suspended: 0,
    });
  }

  describe(name = 'TinypoolExecutor'): string {
    return describeBackend(name, this);
  }

  cancelled(task: TinypoolTask): void {
    if (task.state === 'queued') this.#queue.forgetOne();
    else task.removeFromPool();
    task.release();
    this.#tally.cancelled += 1;
    this.#settled(task);
  }

  begun(task: TinypoolTask): void {
    this.#tally.waitTime.record(performance.now() - task.acceptedAt);
    // Tinypool notes the worker after this call.
    queueMicrotask(() => {
      this.#checkAlive(task);
    });
  }

  answered(task: TinypoolTask, status: number, value: unknown, elapsedMs: number): void {
    this.#tally.runTime.record(elapsedMs);
    this.#reader.read(status, value, (outcome) => {
      const loads = takePendingLoads();
      if (loads === undefined) {
        this.#finish(task, outcome);
        return;
      }
      loads.then(
        () => {
          this.#finish(task, outcome);
        },
        (error: unknown) => {
          this.#finish(task, { hasFailed: true, value: error });
        },
      );
    });
  }

  async kill(task: TinypoolTask): Promise<void> {
    const worker = task.workerIn(this.#pool);
    task.isKilled = true;
    if (worker !== undefined) {
      this.#ends.watch([worker]);
      const hasEnded = this.#ends.whenEnded([worker]);
      task.removeFromPool();
      // Tinypool would first wait for the worker to run the pool's `teardown`.
      if (this.#pool.options.teardown !== undefined) void worker.terminate();
      await hasEnded;
    }
    if (task.state === 'begun') this.fail(task, task.stopped());
  }

  fail(task: TinypoolTask, error: unknown): void {
    showUserLines(error, task.entry.descriptor);
    addSubmitStack(error, task.site);
    task.release();
    this.#tally.failed += 1;
    task.setException(error);
    this.#settled(task);
  }

  /** @param site - where the user called: for a map, before this */
  #accept(request: TaskRequest, site: SubmitSite = this.#sites.here()): Future<unknown> {
    if (this.#state === 'broken') return refusedFuture(request, this.#broken('the task was not run'), site);
    let task: TinypoolTask;
    try {
      const entry = this.#functions.entry(request.fn, request.kind === 'stream');
      const route = { destination: this.destination, trust: 'code', mayPostNow: () => false } as const;
      task = new TinypoolTask(this, request, entry, encodeRequest(request, entry, route), site);
    } catch (error) {
      this.#tally.refused += 1;
      return refusedFuture(request, error, site);
    }
    this.#open.add(task);
    this.#queue.push(task, task.priority);
    if (!followSignal(task.future, request.options.signal)) this.#pumpSoon();
    return task.future;
  }

  /** Later in this tick, so that a task can be cancelled by the code that submits it, and priorities count among its submits. */
  #pumpSoon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#handed.size < this.parallelism && this.#queue.size > 0) {
      const task = this.#queue.shift();
      if (task === undefined) return;
      this.#handOver(task);
    }
  }

  #handOver(task: TinypoolTask): void {
    this.#handed.add(task);
    task.handOver(this.#pool, this.#runner).then(
      () => {
        this.#over(task);
      },
      (error: unknown) => {
        this.#over(task, { error });
      },
    );
    this.#listen();
    this.#ends.watch(this.#pool.threads);
  }

  /** `pool.run` has settled: the worker is free, or gone. @param problem - what it rejected with */
  #over(task: TinypoolTask, problem?: { readonly error: unknown }): void {
    void task.receive();
    this.#handed.delete(task);
    if (task.state === 'handed') this.#notTaken(task, problem?.error);
    else if (task.state === 'begun' && !task.isKilled) this.#endedWithoutAnswer(task, problem);
    this.#listen();
    this.#pump();
    this.#tellWhenQuiet();
  }

  /** Tinypool has given up a task that had not begun. */
  #notTaken(task: TinypoolTask, error: unknown): void {
    const why = describeError(error).split('\n')[0] ?? '';
    if ((error as Error | undefined)?.name === 'CancelError') {
      task.release();
      this.#tally.cancelled += 1;
      task.setCancelled(new CancelledError(`task "${task.name}" was cancelled by cancelPendingTasks() of its Tinypool`, { cause: error }));
      this.#settled(task);
    } else if (hasNoWorkers(this.#pool)) {
      this.fail(task, new BrokenExecutor(`task "${task.name}" was not run: its Tinypool ${noWorkers}`, { cause: error }));
    } else {
      this.fail(task, new QueueFullError(`task "${task.name}" was not taken by its Tinypool: ${why} (its maxQueue)`, { cause: error }));
    }
  }

  #endedWithoutAnswer(task: TinypoolTask, problem: { readonly error: unknown } | undefined): void {
    const worker = task.workerIn(this.#pool);
    if (problem !== undefined && worker === undefined) {
      if (this.destination === 'thread') task.crash ??= problem.error;
      // Tinypool removes the worker, whose end settles the task
      return;
    }
    const why = problem === undefined ? 'its worker gave no answer' : (describeError(problem.error).split('\n')[0] ?? '');
    const cause = problem === undefined ? undefined : { cause: problem.error };
    this.fail(
      task,
      (problem?.error as Error | undefined)?.name === 'DataCloneError'
        ? new SerializationError(`task "${task.name}": its arguments can't travel: ${why}`, cause)
        : new BrokenExecutor(`task "${task.name}" could not be run by its Tinypool: ${why}`, cause),
    );
  }

  /** A thread that calls `process.exit()` while it is idle stays in Tinypool's list, and is given a task. */
  #checkAlive(task: TinypoolTask): void {
    const worker = task.workerIn(this.#pool);
    if (worker === undefined) return;
    const exit = this.#ends.exitOf(worker);
    if (exit !== undefined) this.#workerEnded(worker, exit);
    else this.#ends.watch([worker]);
  }

  #workerEnded(worker: TinypoolWorkerLike, exit: WorkerExit): void {
    let hadTask = false;
    for (const task of [...this.#open]) {
      if (!task.isOn(worker)) continue;
      hadTask = true;
      void task.receive();
      if (task.isKilled || task.state !== 'begun') continue;
      this.#tally.crashes += 1;
      const { crash } = task;
      const error = diedError(task, { name: nameOfWorker(worker) }, crash === undefined ? exit : { ...exit, error: crash });
      this.fail(task, error);
      if (this.#deaths.record(performance.now(), this.parallelism)) this.#break(error);
      // Tinypool does not know of the end of a thread that called process.exit(). For one that it has removed, it would start another.
      if (this.#pool.threads.includes(worker)) task.removeFromPool();
    }
    // Tinypool goes on counting such a thread, and starts no other for the tasks that wait.
    const { threads } = this.#pool;
    if (!hadTask && threads.includes(worker) && threads.every((each) => this.#ends.exitOf(each) !== undefined)) {
      this.#failWaiting(new Error(`worker ${nameOfWorker(worker)} ended with exit code ${String(exit.exitCode)}`));
    }
  }

  /** Workers end again and again: no more tasks are run. */
  #break(cause: unknown): void {
    if (this.#state === 'broken') return;
    this.#state = 'broken';
    this.#brokenBy = cause;
    reportError('TinypoolExecutor is broken: it accepts no more tasks', 'HEDDLE_BROKEN', cause);
    for (const task of [...this.#open]) {
      if (task.state === 'queued') this.#queue.forgetOne();
      else if (task.state === 'handed') task.removeFromPool();
      else continue;
      this.fail(task, this.#broken(`task "${task.name}" was not run`));
    }
    this.#maps.cancelAll(this.#broken('the rest of the map was not run'));
  }

  #broken(what: string): BrokenExecutor {
    const why = describeError(this.#brokenBy).split('\n')[0] ?? '';
    return new BrokenExecutor(`${what}: too many workers of the Tinypool have ended; the last: ${why}`, { cause: this.#brokenBy });
  }

  /** No worker comes for the tasks that wait in Tinypool's queue. */
  #failWaiting(error: unknown): void {
    const why = describeError(error).split('\n')[0] ?? '';
    for (const task of [...this.#handed]) {
      if (task.state !== 'handed') continue;
      task.removeFromPool();
      this.fail(task, new BrokenExecutor(`task "${task.name}" was not run: a worker of its Tinypool failed: ${why}`, { cause: error }));
    }
  }

  /** Listens to the pool while tasks wait for a worker that may fail as it starts: Tinypool tells that to no task. */
  #listen(): void {
    const isNeeded = [...this.#handed].some((task) => task.state === 'handed');
    if (isNeeded === this.#isListening) return;
    this.#isListening = isNeeded;
    if (isNeeded) this.#pool.on('error', this.#onPoolError);
    else this.#pool.off('error', this.#onPoolError);
  }

  #finish(task: TinypoolTask, given: Outcome): void {
    const { hasFailed, value } = task.readOutcome(given);
    if (hasFailed) {
      this.fail(task, value);
      return;
    }
    if (task.kind === 'chunk') {
      const { failure } = value as ChunkOutcome;
      if (failure !== undefined) {
        showUserLines(failure.error, task.entry.descriptor);
        addSubmitStack(failure.error, task.site);
      }
    }
    task.release();
    this.#tally.finished += 1;
    task.setResult(value);
    this.#settled(task);
  }

  #settled(task: TinypoolTask): void {
    this.#open.delete(task);
    this.#tellWhenQuiet();
  }

  #checkOpen(): void {
    checkNotImporting('TinypoolExecutor', 'submits work');
    if (this.#state === 'shutdown')
      throw new ShutdownError('cannot schedule new futures after shutdown of this TinypoolExecutor; make a new one');
    if (this.#state === 'broken') throw this.#broken('the task was not accepted');
    if (hasNoWorkers(this.#pool)) throw new BrokenExecutor(`the task was not accepted: the Tinypool ${noWorkers}`);
  }

  get #isQuiet(): boolean {
    return this.#open.size === 0 && this.#handed.size === 0 && this.#maps.size === 0;
  }

  #tellWhenQuiet(): void {
    if (this.#whenQuiet.length > 0 && this.#isQuiet) for (const resolve of this.#whenQuiet.splice(0)) resolve();
  }

  /** Tinypool's `destroy` would wait for ever for a worker that has ended already. */
  async #destroy(): Promise<void> {
    const workers = [...this.#pool.threads];
    this.#ends.watch(workers);
    await Promise.race([this.#pool.destroy(), this.#ends.whenEnded(workers)]);
  }
}
