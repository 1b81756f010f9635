/**
 * The engine: tasks in, futures settled.
 *
 *   Intake ─▶ Dispatcher (queue) ─▶ in flight on a worker ─results─▶ settled
 *                    ▲                      │
 *                    └── not claimed: withdrawn when its worker turns out late, or dies
 *
 * Invariants
 * - `#pending` counts the tasks that are accepted and not settled. While it is above zero the workers keep the program
 *   alive; when it is zero and the pool is shut down, the workers go.
 * - A record is in exactly one place: in the queue (`worker` undefined), in flight (`worker` set), or settled.
 */
import { type ExecutorStatistics, type Future, type Reservation, type ShutdownOptions, type TaskRequest } from '@heddle/futures';
import { QueueRoom, Reservations, SubmitSites, TaskTally, reportError, whenUnblocked } from '@heddle/futures/authors';
import type { Reach, Trust } from '@heddle/serialization';
import { Aborts } from './aborts.js';
import { Alarms } from '../waiting/alarms.js';
import { BlockedWorkers } from './blocked-workers.js';
import { BlockingCaller, unheardError } from './blocking-caller.js';
import { checkOwnResults } from '../protocol/check-message.js';
import type { WorkerExit, WorkerStart } from '../protocol/channel.js';
import { Crew } from '../crew/crew.js';
import { describeExit, diedError, movedAwayError } from '../crew/death-errors.js';
import { DeathWatch } from '../crew/death-watch.js';
import { Dispatcher } from '../crew/dispatcher.js';
import { explainUnsent } from '../protocol/encode-task.js';
import { FunctionTable } from '../task/function-table.js';
import { InHand } from '../task/in-hand.js';
import { Intake } from './intake.js';
import { LinkCalls } from '../task/links.js';
import { NestedTasks } from './nested-tasks.js';
import { Outcomes } from './outcomes.js';
import { PendingCount } from './pending-count.js';
import type { ResolvedPoolOptions } from './pool-options.js';
import type { PoolKind } from './pool-kind.js';
import { PoolState } from './pool-state.js';
import { readOutcome } from '../protocol/read-outcome.js';
import { isShortage } from '../crew/shortage.js';
import { StartTrouble } from '../crew/start-trouble.js';
import type { TaskRecord } from '../task/task-record.js';
import type { ToCaller } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import type { WorkerHandle } from '../crew/worker-handle.js';

export class WorkerPool {
  readonly options: ResolvedPoolOptions;
  readonly tally: TaskTally = new TaskTally();
  readonly functions: FunctionTable = new FunctionTable();
  readonly crew: Crew;
  readonly dispatcher: Dispatcher;
  readonly room: QueueRoom;
  readonly alarms: Alarms = new Alarms();
  readonly outcomes: Outcomes;
  readonly #inHand = new InHand();
  readonly #kind: PoolKind;
  readonly #state: PoolState;
  readonly #intake: Intake;
  readonly #deaths: DeathWatch;
  readonly #nested = new NestedTasks(this);
  readonly #aborts = new Aborts(this);
  readonly #starts: StartTrouble;
  readonly #links = new LinkCalls(this);
  readonly #blocked = new BlockedWorkers(this);
  readonly #blocking: BlockingCaller | undefined;
  readonly #sites = new SubmitSites(() => {
    this.dispatcher.scheduleFlush();
  });
  readonly #reservations = new Reservations(() => {
    this.#retireIfDone();
  });
  readonly #pending = new PendingCount((on) => {
    this.crew.reference(on);
  });
  #whenDone: (() => void)[] = [];

  constructor(kind: PoolKind, options: ResolvedPoolOptions, initializer: WorkerStart['initializer']) {
    this.#kind = kind;
    this.#state = new PoolState(kind);
    this.options = options;
    this.#deaths = new DeathWatch(options.deathLimit);
    this.#starts = new StartTrouble(this, kind.name, () => this.#died());
    this.crew = new Crew(options, kind.workerNamePrefix, kind.open, initializer, this.alarms, {
      message: (worker, message) => {
        this.#received(worker, message);
      },
      ended: (worker, exit, expected) => {
        this.#workerEnded(worker, exit, expected);
      },
      startTimedOut: (worker) => {
        this.#starts.timedOut(worker);
      },
      startFailed: (error) => {
        this.#starts.notStarted({ error, refused: isShortage(error) ? 'short' : 'never' });
      },
      mayGrow: () => {
        this.#fill();
        this.dispatcher.dispatch();
      },
    });
    this.dispatcher = new Dispatcher(this.crew, this.#sites, options.maxTasksPerWorker, {
      isOnly: () => this.#pending.value === 1,
      sending: (records) => {
        this.#sending(records);
      },
      refused: (record, problem) => {
        this.outcomes.refuse(record, explainUnsent(record, problem, this.reach));
      },
    });
    this.outcomes = new Outcomes(this, this.#inHand, {
      skipped: (record) => {
        if (!this.#aborts.catches(record)) this.dispatcher.sendAgain(record);
      },
      answered: (worker, count) => {
        this.#answered(worker, count);
      },
      settled: () => {
        this.#removed();
      },
    });
    if (kind.bell !== undefined) this.#blocking = new BlockingCaller(this, kind.bell, this.alarms, this.#inHand);
    this.#intake = new Intake(this, kind.name, this.dispatcher);
    this.room = new QueueRoom(
      options.maxQueueSize,
      () => this.#pending.value - this.crew.suspended,
      () => this.crew.maxWorkers,
    );
    this.crew.fill();
  }

  get reach(): Reach {
    return this.#kind.reach;
  }

  get trust(): Trust {
    return this.#kind.trust ?? 'code';
  }

  /** @throws ShutdownError, BrokenExecutor */
  accept(request: TaskRequest): Future<unknown> {
    if (!this.#state.isOpen) throw this.#state.closed();
    return this.#accept(request);
  }

  #accept(request: TaskRequest, site = this.#sites.here()): Future<unknown> {
    const taken = this.#intake.take(request, site);
    if (!('record' in taken)) return taken;
    const { record, live } = taken;
    const { future } = record;
    const isFull = !this.room.isThere;
    this.#pending.add();
    if (isFull) this.outcomes.refuse(record, this.#intake.queueFull(record));
    else if (request.options.signal?.aborted === true) {
      this.dispatcher.push(record);
      future.cancel(request.options.signal.reason);
    } else if (!live) this.dispatcher.push(record);
    else if (!this.dispatcher.sendNow(record)) {
      this.#intake.copyArguments(record, request); // a getter of the arguments submitted tasks, and took the room
      this.dispatcher.push(record);
    }
    return future;
  }

  /** A nested task: accepted whatever the state but broken, and before all others. */
  acceptNested(record: TaskRecord): void {
    this.#pending.add();
    if (this.#state.value === 'broken') this.outcomes.refuse(record, this.#state.closed());
    else this.dispatcher.unshift([record]);
  }

  /** A task has been settled. */
  #removed(): void {
    this.#pending.remove();
    this.room.check();
    if (this.#pending.value === 0) this.#retireIfDone();
  }

  #sending(records: readonly TaskRecord[]): void {
    const now = performance.now();
    for (const { site, word } of records) if (word < 0) this.tally.waitTime.record(site === undefined ? 0 : now - site.time);
  }

  #received(worker: WorkerHandle, message: ToCaller): void {
    this.dispatcher.answers.arrived();
    switch (message[0]) {
      case wire.results:
        if (this.reach === 'process') checkOwnResults(message, worker);
        this.outcomes.answered(worker, message);
        return;
      case wire.suspended:
        this.#links.awaited(worker, message[1], message.slice(2));
        this.dispatcher.rebalance();
        return;
      case wire.ready:
        this.#starts.isOver();
        this.dispatcher.rebalance();
        return;
      case wire.claimed:
        worker.at(message[1])?.extras?.onClaim?.();
        return;
      case wire.progress: {
        const [, word, value, encoded] = message;
        const tell = worker.at(word)?.extras?.onProgress;
        if (tell !== undefined)
          whenUnblocked(() => {
            tell(value, encoded);
          });
        return;
      }
      case wire.initializerFailed:
        this.break(readOutcome(wire.failed | wire.encodedResult, message[1], this.trust).value);
        return;
      case wire.call:
        this.#links.called(worker, message[1]);
        return;
      case wire.nestedSubmit:
        this.#nested.submit(worker, message[1]);
        return;
      case wire.nestedCancel:
        this.#nested.cancel(worker, message[1]);
        return;
      case wire.blocked:
        this.#blocked.blocked(worker, message[1], message[2], message[3]);
        return;
      case wire.unblocked:
        this.#blocked.unblocked(worker);
        return;
      case wire.crashed:
        worker.lastWords = readOutcome(wire.failed | wire.encodedResult, message[1], this.trust).value;
        return;
      case wire.worn:
        worker.worn = true;
        this.#relieve(worker);
        return;
    }
  }

  #answered(worker: WorkerHandle, count: number): void {
    worker.completed += count;
    if (worker.inFlight === 0) this.#ranEmpty(worker);
    this.dispatcher.rebalance();
  }

  /** A worker has answered for all it had. */
  #ranEmpty(worker: WorkerHandle): void {
    if (worker.condemned) this.crew.terminate(worker);
    else if (worker.worn || worker.surplus || worker.completed >= this.options.maxTasksPerWorker) {
      this.crew.retire(worker);
      this.#fill();
    } else this.crew.becameIdle(worker);
  }

  /** A worker is to get no more tasks: it keeps those it has claimed. */
  #relieve(worker: WorkerHandle): void {
    this.dispatcher.takeBack(worker);
    if (worker.inFlight === 0) this.#ranEmpty(worker);
  }

  /** Changes how many workers there may be; surplus ones finish what they run. */
  resize(maxWorkers: number): void {
    for (const worker of this.crew.resize(maxWorkers)) this.#relieve(worker);
    this.room.check();
    this.dispatcher.crewResized();
    this.#blocked.check();
  }

  /** Fails an aborted task that did not end by itself. */
  failAborted(record: TaskRecord, reason: unknown): void {
    this.outcomes.fail(record, record.aborted(reason));
  }

  isBlockedOn(record: TaskRecord): boolean {
    return this.#blocking?.awaited === record;
  }

  /** See BlockingCaller. @throws DeadlockError */
  block(record: TaskRecord, timeoutMs: number): void {
    if (this.#blocking !== undefined) this.#blocking.wait(record, timeoutMs);
    else if (timeoutMs > 0) throw unheardError(record.name);
  }

  /** Takes a task back that the user cancels. @returns false when a worker has claimed it */
  withdrawCancelled(record: TaskRecord): boolean {
    const { worker } = record;
    if (worker === undefined) this.dispatcher.forgetOne();
    else if (!worker.withdraw(record)) return false;
    this.tally.cancelled += 1;
    record.release();
    this.#removed();
    this.dispatcher.scheduleFlush();
    return true;
  }

  abort(record: TaskRecord, reason: unknown, graceMs: number): Promise<boolean> {
    return this.#aborts.abort(record, reason, graceMs);
  }

  #workerEnded(worker: WorkerHandle, told: WorkerExit, expected: boolean): void {
    const exit = told.error === undefined && worker.lastWords !== undefined ? { ...told, error: worker.lastWords } : told;
    const { claimed, unclaimed } = worker.bury();
    const isCrash = !expected && exit.refused === undefined;
    const isOneTooMany = isCrash && this.#died();
    const cause = exit.error ?? new Error(describeExit(worker.name, exit));
    this.dispatcher.unshift(unclaimed.filter((record) => record.canBeResent));
    const lost = [...unclaimed.filter((record) => !record.canBeResent), ...claimed];
    for (const record of lost) record.doom();
    if (isOneTooMany) this.#state.break(cause); // before a future is told: who submits then has to know
    if (worker.runTimes !== undefined) this.tally.runTime.add(worker.runTimes);
    this.#nested.orphan(worker);
    this.#inHand.each(
      lost,
      (record) => {
        if (this.#aborts.catches(record)) return;
        this.outcomes.fail(record, record.worker === undefined ? movedAwayError(record, worker, exit) : diedError(record, worker, exit));
      },
      () => {
        if (exit.refused !== undefined) this.#starts.notStarted(exit);
        else if (isOneTooMany) this.#failAll(cause);
        this.#fill();
        this.dispatcher.dispatch();
        this.#blocked.check();
      },
    );
  }

  /** @returns whether one death too many */
  #died(): boolean {
    this.tally.crashes += 1;
    return this.#deaths.record(performance.now(), this.crew.maxWorkers);
  }

  /** Keeps `minWorkers` ready, as long as tasks may come. */
  #fill(): void {
    if (this.#state.value === 'open') this.crew.fill();
  }

  /** The pool can't go on: every future gets an error of its own. */
  break(cause: unknown): void {
    if (this.#state.value === 'broken') return;
    this.#state.break(cause);
    this.#failAll(cause);
  }

  #failAll(cause: unknown): void {
    this.#reservations.cancelAll(this.#state.broken("the rest of a map can't be run"));
    const workers = [...this.crew.workers];
    const records = [...this.dispatcher.drain(), ...workers.flatMap((worker) => Object.values(worker.bury()).flat())];
    this.outcomes.failEach(records, ({ name }) => this.#state.broken(`task "${name}" can't be run`));
    for (const worker of workers) this.crew.terminate(worker);
    this.dispatcher.close();
    reportError(`${this.#kind.name} is broken: it accepts no more tasks`, 'HEDDLE_BROKEN', cause);
  }

  /** Accepts a map as a whole: its chunks may follow after shutdown. */
  reserve(onCancel: (error?: unknown) => void): Reservation {
    if (this.#state.value !== 'open') throw this.#state.closed();
    const site = this.#sites.here();
    return this.#reservations.add(onCancel, (request) => {
      if (this.#state.value === 'broken') throw this.#state.closed();
      return this.#accept(request, site);
    });
  }

  async shutdown({ wait = true, cancelFutures = false }: ShutdownOptions): Promise<void> {
    this.#state.shutDown();
    if (cancelFutures) this.#cancelAll();
    this.#retireIfDone();
    if (!wait) return;
    // What was just submitted has no worker yet.
    if (!this.#isDone) await new Promise<void>((resolve) => this.#whenDone.push(resolve));
    while (this.crew.workers.size > 0) await this.crew.whenEmpty();
  }

  /**
   * Ends all workers by force: what they run fails with their end, what waits fails here.
   *
   * @param how - what the user called
   * @returns when they are gone; those that don't heed the signal are killed after `graceMs`
   */
  async end(signal: NodeJS.Signals, how: string, graceMs: number): Promise<void> {
    this.#state.shutDown();
    this.#reservations.cancelAll(this.#state.ended('the rest of a map', how));
    for (const worker of this.crew.workers) this.dispatcher.takeBack(worker);
    this.outcomes.failEach(this.dispatcher.drain(), ({ name }) => this.#state.ended(`task "${name}"`, how));
    for (const worker of [...this.crew.workers]) this.crew.terminate(worker, signal);
    const stop = this.alarms.start(graceMs, () => {
      for (const worker of [...this.crew.workers]) this.crew.terminate(worker);
    });
    while (this.crew.workers.size > 0) await this.crew.whenEmpty();
    stop();
  }

  /** Whether no task is left, and none will come of a map that was accepted. */
  get #isDone(): boolean {
    return this.#pending.value === 0 && this.#reservations.size === 0;
  }

  #cancelAll(): void {
    this.#reservations.cancelAll();
    for (const worker of this.crew.workers) this.dispatcher.takeBack(worker);
    const records = this.dispatcher.drain();
    this.dispatcher.unshift(records); // cancel() takes each out again, and counts it
    for (const record of records) record.future.cancel();
  }

  #retireIfDone(): void {
    if (this.#state.value === 'open' || !this.#isDone) return;
    for (const resolve of this.#whenDone.splice(0)) resolve();
    if (this.#state.value === 'broken') return;
    this.dispatcher.close();
    this.crew.retireAll();
  }

  statistics(): ExecutorStatistics {
    const { workers, running, suspended, runTime } = this.crew.census(this.tally.runTime);
    const queued = Math.max(0, this.#pending.value - running - suspended);
    const snapshot = this.tally.snapshot({ state: this.#state.value, workers, queued, running, suspended });
    return Object.freeze({ ...snapshot, runTime: runTime.snapshot() });
  }
}
