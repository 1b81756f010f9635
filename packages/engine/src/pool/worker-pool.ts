/**
 * The engine: accepts tasks and settles their futures.
 *
 *   Intake ─▶ Dispatcher (queue) ─▶ in flight on a worker ─results─▶ settled
 *                    ▲                      │
 *                    └── not claimed: withdrawn when its worker is late, or dies
 *
 * Invariants
 * - `#pending` counts the tasks that are accepted and not settled. While it is above zero, the workers keep the program
 *   alive. When it is zero and the pool is shut down, the workers end.
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
import type { SubmitSite, TaskTally } from '@heddle/futures/authors';
import type { WorkerSetUp } from '../crew/crew.js';
import type { PlacedTask, WorkerHandle } from '../crew/worker-handle.js';
import type { StartFunction } from '../protocol/wire.js';
import { checkNotImporting } from '../task/importing-task.js';
import type { TaskOwner } from '../task/task-record.js';
import type { EngineClock } from '../waiting/clock.js';
import { assemblePool, type PoolEvents, type PoolParts } from './assemble-pool.js';
import { unheardError } from './blocking-caller.js';
import type { PoolKind } from './pool-kind.js';
import type { ResolvedWorkerPoolOptions } from './worker-pool-options.js';

export class WorkerPool implements TaskOwner<WorkerHandle> {
  readonly tally: TaskTally;
  readonly #name: string;
  readonly #maxQueueSize: number;
  readonly #state: PoolParts['state'];
  readonly #alarms: PoolParts['alarms'];
  readonly #sites: PoolParts['sites'];
  readonly #reservations: PoolParts['reservations'];
  readonly #pending: PoolParts['pending'];
  readonly #room: PoolParts['room'];
  readonly #crew: PoolParts['crew'];
  readonly #dispatcher: PoolParts['dispatcher'];
  readonly #intake: PoolParts['intake'];
  readonly #outcomes: PoolParts['outcomes'];
  readonly #aborts: PoolParts['aborts'];
  readonly #blocked: PoolParts['blocked'];
  readonly #blocking: PoolParts['blocking'];
  readonly #messages: PoolParts['messages'];
  readonly #broadcasts: PoolParts['broadcasts'];
  #whenDone: (() => void)[] = [];

  constructor(kind: PoolKind, options: ResolvedWorkerPoolOptions, setUp: WorkerSetUp, clock?: EngineClock) {
    const events: PoolEvents = {
      settled: () => {
        this.#settled();
      },
      nested: (record) => {
        this.#acceptNested(record);
      },
      reservationEnded: () => {
        this.#retireIfDone();
      },
    };
    const parts = assemblePool(this, kind, options, setUp, events, clock);
    this.#name = kind.name;
    this.#maxQueueSize = options.maxQueueSize;
    this.tally = parts.tally;
    this.#state = parts.state;
    this.#alarms = parts.alarms;
    this.#sites = parts.sites;
    this.#reservations = parts.reservations;
    this.#pending = parts.pending;
    this.#room = parts.room;
    this.#crew = parts.crew;
    this.#dispatcher = parts.dispatcher;
    this.#intake = parts.intake;
    this.#outcomes = parts.outcomes;
    this.#aborts = parts.aborts;
    this.#blocked = parts.blocked;
    this.#blocking = parts.blocking;
    this.#messages = parts.messages;
    this.#broadcasts = parts.broadcasts;
    parts.crew.fill();
  }

  /** @throws ShutdownError, BrokenExecutor */
  accept(request: TaskRequest): Future<unknown> {
    if (!this.#state.isOpen) throw this.#state.closed();
    this.#dispatcher.scheduleFlush(); // at the end of the tick; the flush also ends what the tick's submits share
    return this.#accept(request);
  }

  #accept(request: TaskRequest, site: SubmitSite = this.#sites.here()): Future<unknown> {
    checkNotImporting(this.#name, 'submits work');
    let record: PlacedTask;
    // The first worker starts while this thread inspects the function, since each of the two takes tens of
    // milliseconds.
    if (this.#crew.workers.size === 0 && request.options.signal?.aborted !== true) this.#crew.grow(1);
    try {
      record = this.#intake.take(request, site);
    } catch (error) {
      return this.#intake.refuse(request, error, site);
    }
    const { future } = record;
    const isFull = !this.#room.isThere;
    this.#pending.add();
    if (this.#state.value === 'broken')
      this.#outcomes.refuse(record, this.#state.closed()); // the first worker could not be started
    else if (isFull) this.#outcomes.refuse(record, this.#queueFull(record));
    else if (request.options.signal?.aborted === true) {
      this.#dispatcher.push(record);
      future.cancel(request.options.signal.reason);
    } else if (!record.isLive) this.#dispatcher.push(record);
    else if (!this.#dispatcher.sendNow(record)) {
      this.#intake.copyArguments(record, request); // a getter of the arguments submitted tasks, which took the room
      this.#dispatcher.push(record);
    }
    return future;
  }

  #queueFull({ name }: PlacedTask): QueueFullError {
    const workers = String(this.#crew.maxWorkers);
    const full = `${this.#name} has as many tasks as ${workers} workers and a queue of ${String(this.#maxQueueSize)} hold`;
    return new QueueFullError(`task "${name}" was not accepted: ${full}; wait for some to finish, or use map, which waits`);
  }

  /** Accepts a nested task, unless the pool is broken, and puts it before all others. */
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

  /** Changes how many workers there may be. Surplus workers finish what they run. */
  resize(maxWorkers: number): void {
    for (const worker of this.#crew.resize(maxWorkers)) this.#messages.stopFeeding(worker);
    this.#room.check();
    this.#dispatcher.crewResized();
    this.#blocked.check();
  }

  /** Resolves when the queue has room. Returns `undefined` when it has room now. */
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
    const site = this.#sites.here(); // here and not in a helper, since a stack has few frames to spare
    return this.#reservations.add(onCancel, (request) => {
      if (this.#state.value === 'broken') throw this.#state.closed();
      return this.#accept(request, site);
    });
  }

  /** See Executor.broadcast. @throws ShutdownError, BrokenExecutor, SerializationError */
  broadcast(describe: () => StartFunction, isForLater: boolean): Promise<unknown[]> {
    if (!this.#state.isOpen) throw this.#state.closed();
    checkNotImporting(this.#name, 'broadcasts');
    return this.#broadcasts.run(describe(), isForLater, this.#sites.here());
  }

  async shutdown({ wait = true, cancelFutures = false }: ShutdownOptions): Promise<void> {
    this.#state.shutDown();
    if (cancelFutures) this.#cancelAll();
    this.#retireIfDone();
    if (!wait) return;
    // Tasks that were just submitted may have no worker yet, so the end of the workers alone is not enough.
    if (!this.#isDone) await new Promise<void>((resolve) => this.#whenDone.push(resolve));
    while (this.#crew.workers.size > 0) await this.#crew.whenEmpty();
  }

  /**
   * Ends all workers by force. Running tasks fail with the end of their worker; waiting tasks fail here.
   *
   * @param how - the name of the method that the user called
   * @returns a promise that resolves when the workers have ended; those that ignore the signal are killed after
   *   `graceMs`
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

  /** Whether no task is left, and no accepted map has more to submit. */
  get #isDone(): boolean {
    return this.#pending.value === 0 && this.#reservations.size === 0;
  }

  #cancelAll(): void {
    this.#reservations.cancelAll();
    for (const worker of this.#crew.workers) this.#dispatcher.takeBack(worker);
    const records = this.#dispatcher.drain();
    this.#dispatcher.unshift(records); // cancel() takes each one out again, and counts it
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
