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
import {
  QueueFullError,
  type ExecutorStatistics,
  type Future,
  type Reservation,
  type ShutdownOptions,
  type TaskRequest,
} from '@heddle/futures';
import { QueueRoom, Reservations, SubmitSites, TaskTally, type SubmitSite } from '@heddle/futures/authors';
import { Crew } from '../crew/crew.js';
import { Dispatcher } from '../crew/dispatcher.js';
import type { PlacedTask, WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerStart } from '../protocol/channel.js';
import { explainUnsent } from '../protocol/encode-task.js';
import { FunctionTable } from '../task/function-table.js';
import { checkNotImporting } from '../task/importing-task.js';
import { SettleLoop } from '../task/settle-loop.js';
import type { TaskOwner } from '../task/task-record.js';
import { Alarms } from '../waiting/alarms.js';
import { Aborts } from './aborts.js';
import { BlockedWorkers } from './blocked-workers.js';
import { BlockingCaller, unheardError } from './blocking-caller.js';
import { Intake } from './intake.js';
import { LinkCalls } from './link-calls.js';
import { NestedTasks } from './nested-tasks.js';
import { Outcomes } from './outcomes.js';
import { PendingCount } from './pending-count.js';
import type { PoolKind } from './pool-kind.js';
import type { ResolvedPoolOptions } from './pool-options.js';
import { PoolState } from './pool-state.js';
import { WorkerAnswers } from './worker-answers.js';
import { WorkerEnds } from './worker-ends.js';
import { WorkerMessages } from './worker-messages.js';

export class WorkerPool implements TaskOwner<WorkerHandle> {
  readonly tally: TaskTally = new TaskTally();
  readonly #name: string;
  readonly #maxQueueSize: number;
  readonly #state: PoolState;
  readonly #alarms = new Alarms();
  readonly #crew: Crew;
  readonly #dispatcher: Dispatcher;
  readonly #room: QueueRoom;
  readonly #intake: Intake;
  readonly #outcomes: Outcomes;
  readonly #aborts: Aborts;
  readonly #blocked: BlockedWorkers;
  readonly #blocking: BlockingCaller | undefined;
  readonly #messages: WorkerMessages;
  readonly #sites = new SubmitSites();
  readonly #reservations = new Reservations(() => {
    this.#retireIfDone();
  });
  readonly #pending = new PendingCount((on) => {
    this.#crew.reference(on);
  });
  #whenDone: (() => void)[] = [];

  /** Makes each part with what it uses of the others; the comments at the top of their files say what they do. */
  constructor(kind: PoolKind, options: ResolvedPoolOptions, initializer: WorkerStart['initializer']) {
    const { name, reach, trust = 'code' } = kind;
    const { tally } = this;
    const alarms = this.#alarms;
    const reservations = this.#reservations;
    const functions = new FunctionTable();
    const settleLoop = new SettleLoop();
    const state = new PoolState(kind);
    const crew = new Crew(options, kind.workerNamePrefix, kind.open, initializer, alarms, {
      isOpen: () => state.value === 'open',
      ready: () => {
        dispatcher.answers.arrived();
        ends.ready();
        dispatcher.rebalance();
      },
      message: (worker, message) => {
        messages.received(worker, message);
      },
      ended: (worker, exit, expected) => {
        ends.ended(worker, exit, expected);
      },
      startTimedOut: (worker) => {
        ends.startTimedOut(worker);
      },
      startFailed: (error) => {
        ends.startFailed(error);
      },
      mayGrow: () => {
        crew.fill();
        dispatcher.dispatch();
      },
    });
    const dispatcher = new Dispatcher(crew, this.#sites, tally.waitTime, options.maxTasksPerWorker, {
      isOnly: () => this.#pending.value === 1,
      refused: (record, problem) => {
        outcomes.refuse(record, explainUnsent(record, problem, reach));
      },
    });
    const outcomes = new Outcomes(tally, trust, settleLoop, () => {
      this.#settled();
    });
    const aborts = new Aborts({ crew, dispatcher, alarms, reach, outcomes });
    const answers = new WorkerAnswers(settleLoop, outcomes, {
      skipped: (record) => {
        if (!aborts.failIfAborting(record)) dispatcher.sendAgain(record);
      },
      answered: (worker, count) => {
        worker.completed += count;
        if (worker.inFlight === 0) crew.ranEmpty(worker);
        dispatcher.rebalance();
      },
    });
    const nested = new NestedTasks({
      owner: this,
      crew,
      functions,
      reach,
      maxSuspendedTasks: options.maxSuspendedTasks,
      accept: (record) => {
        this.#acceptNested(record);
      },
    });
    const links = new LinkCalls(reach);
    const blocked = new BlockedWorkers(crew, dispatcher, reach);
    const { startTimeoutMs, deathLimit } = options;
    const ends = new WorkerEnds({
      ...{ name, startTimeoutMs, deathLimit, state, tally, crew, dispatcher, outcomes, settleLoop, reservations },
      ...{ aborts, nested, blocked },
    });
    const broken = (cause: unknown): void => {
      ends.breakPool(cause);
    };
    const messages = new WorkerMessages({ reach, trust, alarms, crew, dispatcher, answers, links, nested, blocked, broken });
    const mayPostNow = (): boolean => dispatcher.clearTheWay();
    this.#intake = new Intake({ owner: this, functions, tally, reach, trust, mayPostNow });
    if (kind.bell !== undefined) this.#blocking = new BlockingCaller({ bell: kind.bell, alarms, crew, dispatcher, outcomes, settleLoop });
    this.#room = new QueueRoom(
      options.maxQueueSize,
      () => this.#pending.value - crew.suspended,
      () => crew.maxWorkers,
    );
    this.#name = name;
    this.#maxQueueSize = options.maxQueueSize;
    this.#state = state;
    this.#crew = crew;
    this.#dispatcher = dispatcher;
    this.#outcomes = outcomes;
    this.#aborts = aborts;
    this.#blocked = blocked;
    this.#messages = messages;
    crew.fill();
  }

  /** @throws ShutdownError, BrokenExecutor */
  accept(request: TaskRequest): Future<unknown> {
    if (!this.#state.isOpen) throw this.#state.closed();
    this.#dispatcher.scheduleFlush(); // at the end of the tick; it also ends what the tick's submits share
    return this.#accept(request, this.#sites.here());
  }

  #accept(request: TaskRequest, site: SubmitSite): Future<unknown> {
    checkNotImporting(this.#name, 'submits work');
    let record: PlacedTask;
    try {
      record = this.#intake.take(request, site);
    } catch (error) {
      return this.#intake.refuse(request, error, site);
    }
    const { future } = record;
    const isFull = !this.#room.isThere;
    this.#pending.add();
    if (isFull) this.#outcomes.refuse(record, this.#queueFull(record));
    else if (request.options.signal?.aborted === true) {
      this.#dispatcher.push(record);
      future.cancel(request.options.signal.reason);
    } else if (!record.isLive) this.#dispatcher.push(record);
    else if (!this.#dispatcher.sendNow(record)) {
      this.#intake.copyArguments(record, request); // a getter of the arguments submitted tasks, and took the room
      this.#dispatcher.push(record);
    }
    return future;
  }

  #queueFull({ name }: PlacedTask): QueueFullError {
    const workers = String(this.#crew.maxWorkers);
    const full = `${this.#name} has as many tasks as ${workers} workers and a queue of ${String(this.#maxQueueSize)} hold`;
    return new QueueFullError(`task "${name}" was not accepted: ${full}; wait for some to finish, or use map, which waits`);
  }

  /** A nested task: accepted whatever the state but broken, and before all others. */
  #acceptNested(record: PlacedTask): void {
    this.#pending.add();
    if (this.#state.value === 'broken') this.#outcomes.refuse(record, this.#state.closed());
    else this.#dispatcher.unshift([record]);
  }

  /** A task is settled. */
  #settled(): void {
    this.#pending.remove();
    this.#room.check();
    if (this.#pending.value === 0) this.#retireIfDone();
  }

  /** Changes how many workers there may be; surplus ones finish what they run. */
  resize(maxWorkers: number): void {
    for (const worker of this.#crew.resize(maxWorkers)) this.#messages.stopFeeding(worker);
    this.#room.check();
    this.#dispatcher.crewResized();
    this.#blocked.check();
  }

  /** Resolves when the queue has room; `undefined` when it has now. */
  whenRoom(): Promise<void> | undefined {
    return this.#room.whenThere();
  }

  // TaskOwner

  get failureOwner(): object {
    return this.tally;
  }

  withdraw(record: PlacedTask): boolean {
    const { worker } = record;
    if (worker === undefined) this.#dispatcher.forgetOne();
    else if (!worker.withdraw(record)) return false;
    this.tally.cancelled += 1;
    record.release();
    this.#settled();
    this.#dispatcher.scheduleFlush();
    return true;
  }

  abort(record: PlacedTask, reason: unknown, graceMs: number): Promise<boolean> {
    return this.#aborts.abort(record, reason, graceMs);
  }

  block(record: PlacedTask, timeoutMs: number): void {
    if (this.#blocking !== undefined) this.#blocking.wait(record, timeoutMs);
    else if (timeoutMs > 0) throw unheardError(record.name);
  }

  /** Accepts a map as a whole: its chunks may follow after shutdown. */
  reserve(onCancel: (error?: unknown) => void): Reservation {
    if (this.#state.value !== 'open') throw this.#state.closed();
    this.#dispatcher.scheduleFlush();
    const site = this.#sites.here(); // here, not in a helper: a stack has few frames to spare
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
    while (this.#crew.workers.size > 0) await this.#crew.whenEmpty();
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
    for (const worker of this.#crew.workers) this.#dispatcher.takeBack(worker);
    this.#outcomes.failEach(this.#dispatcher.drain(), ({ name }) => this.#state.ended(`task "${name}"`, how));
    for (const worker of [...this.#crew.workers]) this.#crew.terminate(worker, signal);
    const stop = this.#alarms.start(graceMs, () => {
      for (const worker of [...this.#crew.workers]) this.#crew.terminate(worker);
    });
    while (this.#crew.workers.size > 0) await this.#crew.whenEmpty();
    stop();
  }

  /** Whether no task is left, and none will come of a map that was accepted. */
  get #isDone(): boolean {
    return this.#pending.value === 0 && this.#reservations.size === 0;
  }

  #cancelAll(): void {
    this.#reservations.cancelAll();
    for (const worker of this.#crew.workers) this.#dispatcher.takeBack(worker);
    const records = this.#dispatcher.drain();
    this.#dispatcher.unshift(records); // cancel() takes each out again, and counts it
    for (const record of records) record.future.cancel();
  }

  #retireIfDone(): void {
    if (this.#state.value === 'open' || !this.#isDone) return;
    for (const resolve of this.#whenDone.splice(0)) resolve();
    if (this.#state.value === 'broken') return;
    this.#dispatcher.close();
    this.#crew.retireAll();
  }

  statistics(): ExecutorStatistics {
    const { workers, running, suspended, runTime } = this.#crew.census(this.tally.runTime);
    const queued = Math.max(0, this.#pending.value - running - suspended);
    const snapshot = this.tally.snapshot({ state: this.#state.value, workers, queued, running, suspended });
    return Object.freeze({ ...snapshot, runTime: runTime.snapshot() });
  }
}
