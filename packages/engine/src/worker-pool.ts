/**
 * The engine: tasks in, futures settled.
 *
 *   accept ─▶ queue ─flush (once a tick)─▶ in flight on a worker ─results─▶ settled
 *               ▲                               │
 *               └── not claimed: withdrawn when its worker turns out busy, or dies
 *
 * Invariants
 * - `#pending` counts the tasks that are accepted and not settled. While it is above zero the workers keep the program
 *   alive; when it is zero and the pool is shut down, the workers go.
 * - A record is in exactly one place: in the queue (`worker` undefined), in flight (`worker` set), or settled.
 */
import {
  BrokenExecutor,
  FutureController,
  QueueFullError,
  ShutdownError,
  WorkerDiedError,
  type AnyFunction,
  type ExecutorStatistics,
  type Future,
  type Reservation,
  type ShutdownOptions,
  type TaskRequest,
} from '@heddle/futures';
import { DurationHistogram, TaskTally, describeError, reportError } from '@heddle/futures/authors';
import { SerializationError } from '@heddle/futures/errors';
import { travelsAsIs } from '@heddle/serialization';
import { Aborts } from './aborts.js';
import type { OpenChannel, WorkerExit, WorkerStart } from './channel.js';
import { Crew } from './crew.js';
import { DeathWatch } from './death-watch.js';
import { encodeTask, type EncodedTask } from './encode-task.js';
import { FunctionTable, type FunctionEntry } from './function-table.js';
import { NestedTasks } from './nested-tasks.js';
import type { ResolvedPoolOptions } from './pool-options.js';
import { readOutcome } from './read-outcome.js';
import { SubmitSites, addSubmitStack } from './submit-site.js';
import { attachOptions } from './task-extras.js';
import { TaskQueue } from './task-queue.js';
import { TaskRecord } from './task-record.js';
import type { ToCaller } from './wire.js';
import * as wire from './wire.js';
import { describeExit, type WorkerHandle } from './worker-handle.js';

/** How long after its last sign a worker with unclaimed tasks is looked at again while others are free. */
const rebalanceMs = 1;
/** Queued tasks that are sent before the tick ends, so that workers begin during a burst. */
const earlyFlush = 64;

/** What tells one kind of pool from another. */
export interface PoolKind {
  /** For messages: `ThreadPoolExecutor`. */
  readonly name: string;
  readonly workerNamePrefix: string;
  readonly Broken: new (message: string, options?: { cause?: unknown }) => BrokenExecutor;
  readonly open: OpenChannel;
}

export class WorkerPool {
  readonly options: ResolvedPoolOptions;
  readonly tally: TaskTally = new TaskTally();
  readonly functions: FunctionTable = new FunctionTable();
  readonly #kind: PoolKind;
  readonly #crew: Crew;
  readonly #queue = new TaskQueue<TaskRecord>((record) => record.worker === undefined && !record.future.done());
  readonly #sites = new SubmitSites();
  readonly #deaths: DeathWatch;
  readonly #nested = new NestedTasks(this);
  readonly #aborts = new Aborts(this);
  readonly #reservations = new Set<() => void>();
  readonly #refuse = (record: TaskRecord, problem: unknown): void => {
    const why = problem instanceof Error ? problem.message : String(problem);
    this.#fail(record, new SerializationError(`the arguments of task "${record.name}" can't be cloned: ${why}`, { path: 'args', cause: problem }));
  };
  #state: ExecutorStatistics['state'] = 'open';
  #brokenBy: unknown;
  #pending = 0;
  #flushScheduled = false;
  #rebalanceTimer: ReturnType<typeof setTimeout> | undefined;
  #roomWaiters: (() => void)[] = [];

  constructor(kind: PoolKind, options: ResolvedPoolOptions, initializer: WorkerStart['initializer']) {
    this.#kind = kind;
    this.options = options;
    this.#deaths = new DeathWatch(options.deathLimit);
    this.#crew = new Crew(options, kind.workerNamePrefix, kind.open, initializer, {
      message: (worker, message) => { this.#received(worker, message); },
      ended: (worker, exit, expected) => { this.#workerEnded(worker, exit, expected); },
      startTimedOut: (worker) => {
        this.break(new Error(`worker ${worker.name} was not ready after ${String(options.startTimeoutMs)} ms (startTimeoutMs); does its initializer end?`));
      },
    });
    this.#crew.fill();
  }

  get crew(): Crew {
    return this.#crew;
  }

  /** Tasks that wait for tasks of their own. */
  get suspended(): number {
    let count = 0;
    for (const worker of this.#crew.workers) count += worker.suspended;
    return count;
  }

  /** @throws ShutdownError, BrokenExecutor */
  accept(request: TaskRequest): Future<unknown> {
    if (this.#state !== 'open') throw this.#closed();
    return this.#accept(request);
  }

  #accept(request: TaskRequest): Future<unknown> {
    const site = this.#sites.here();
    const { fn, args, kind, options } = request;
    let entry: FunctionEntry;
    let task: EncodedTask | undefined;
    try {
      entry = this.functions.entry(fn);
      if (kind !== 'call' || !allTravelAsIs(args as unknown as readonly unknown[])) {
        task = encodeTask(kind, args, () => this.#canPostNow());
      }
    } catch (error) {
      return this.#refused(fn, options.name, error);
    }
    const extras = attachOptions(options, task?.transfer);
    const record = new TaskRecord(this, entry, task?.args ?? (args as unknown as readonly unknown[]), task?.flags ?? 0, site, extras);
    const { maxQueueSize, maxWorkers } = this.options;
    if (maxQueueSize !== Infinity && this.whenRoom() !== undefined) {
      this.tally.failed += 1;
      const most = `${String(maxWorkers)} workers and a queue of ${String(maxQueueSize)}`;
      record.setException(new QueueFullError(`task "${record.name}" was not accepted: ${this.#kind.name} has tasks for ${most}; wait for some to finish, or use map`));
      record.release();
      return record.future;
    }
    if (options.signal !== undefined && !this.#watchSignal(record, options.signal)) return record.future;
    this.#added();
    if (task?.live === true) this.#sendNow(record, request);
    else this.enqueue(record, false);
    return record.future;
  }

  /** Puts a record on the queue, behind or (`first`) before all others of its priority. */
  enqueue(record: TaskRecord, first: boolean): void {
    const { priority } = record;
    if (first) this.#queue.unshift(record, priority);
    else this.#queue.push(record, priority);
    if (this.#queue.size === earlyFlush) this.dispatch();
    this.scheduleFlush();
  }

  /** A nested task: accepted whatever the state but broken. */
  add(record: TaskRecord): void {
    this.#added();
    this.enqueue(record, true);
  }

  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    this.#flushScheduled = false;
    this.#sites.nextTick();
    this.dispatch();
  };

  /** Sends queued tasks to workers that have room, the free ones first, and starts workers for the rest. */
  dispatch(): void {
    while (this.#queue.size > 0) {
      const workers = this.#withRoom();
      if (workers.length === 0) {
        this.#crew.grow(this.#queue.size);
        break;
      }
      const share = Math.ceil(this.#queue.size / workers.length);
      for (const worker of workers) this.#fill(worker, Math.min(share, worker.room));
    }
  }

  #fill(worker: WorkerHandle, count: number): void {
    const records: TaskRecord[] = [];
    const now = performance.now();
    while (records.length < count) {
      const record = this.#queue.shift();
      if (record === undefined) break;
      this.tally.waitTime.record(now - (record.site?.time ?? now));
      records.push(record);
    }
    if (records.length > 0) worker.send(records, this.#refuse);
  }

  /** Workers to send to next: the free ones, the most recently busy first; only when there is none, those with room. */
  #withRoom(): WorkerHandle[] {
    const free: WorkerHandle[] = [];
    const others: WorkerHandle[] = [];
    const { maxTasksPerWorker } = this.options;
    for (const worker of this.#crew.workers) {
      if (worker.room <= 0 || worker.completed + worker.inFlight >= maxTasksPerWorker) continue;
      (worker.isFree ? free : others).push(worker);
    }
    if (free.length > 1) free.sort((a, b) => b.idleSince - a.idleSince);
    if (free.length > 0) return free;
    return others.sort((a, b) => a.inFlight - b.inFlight);
  }

  /** Whether a task accepted now would be sent before `submit` returns. */
  #canPostNow(): boolean {
    if (this.#queue.size > 0) this.dispatch();
    return this.#queue.size === 0 && this.#withRoom().length > 0;
  }

  /** Sends a task whose arguments are the user's own objects; they are cloned here and now. */
  #sendNow(record: TaskRecord, request: TaskRequest): void {
    const [worker] = this.#withRoom();
    if (worker !== undefined) {
      this.tally.waitTime.record(0);
      worker.send([record], this.#refuse);
      return;
    }
    // A getter of the arguments submitted tasks of its own, and took the room: copy after all.
    const { args } = encodeTask(request.kind, request.args, () => false);
    record.args = args;
    this.enqueue(record, false);
  }

  #added(): void {
    this.#pending += 1;
    if (this.#pending === 1) this.#crew.reference(true);
  }

  /** A task has been settled. */
  #removed(): void {
    this.#pending -= 1;
    if (this.#roomWaiters.length > 0 && this.#hasRoom()) for (const resolve of this.#roomWaiters.splice(0)) resolve();
    if (this.#pending === 0) {
      this.#crew.reference(false);
      this.#retireIfDone();
    }
  }

  #received(worker: WorkerHandle, message: ToCaller): void {
    switch (message[0]) {
      case wire.results:
        this.#results(worker, message);
        return;
      case wire.ready:
      case wire.suspended:
        this.#rebalance();
        return;
      case wire.claimed:
        worker.at(message[1])?.extras?.onClaim?.();
        return;
      case wire.progress:
        worker.at(message[1])?.extras?.onProgress?.(message[2], message[3]);
        return;
      case wire.initializerFailed:
        this.break(readOutcome(wire.failed | wire.encodedResult, message[1]));
        return;
      case wire.nestedSubmit:
        this.#nested.submit(worker, message[1]);
        return;
      case wire.nestedCancel:
        worker.nested.get(message[1])?.future.abort().catch(() => undefined);
        return;
    }
  }

  #results(worker: WorkerHandle, message: readonly unknown[]): void {
    let count = 0;
    for (let i = 2; i < message.length; i += 3) {
      const record = worker.take(message[i] as number);
      if (record === undefined) continue;
      count += 1;
      this.#settle(record, message[i + 1] as number, message[i + 2]);
    }
    worker.completed += count;
    if (count > 0) worker.sizer.measured(count, message[1] as number);
    if (worker.condemned) {
      if (worker.inFlight === 0) this.#crew.terminate(worker);
    } else if (worker.completed >= this.options.maxTasksPerWorker && worker.inFlight === 0) {
      this.#crew.retire(worker);
      this.#crew.fill();
    } else if (worker.inFlight === 0) {
      this.#crew.becameIdle(worker);
    }
    this.#rebalance();
  }

  #settle(record: TaskRecord, status: number, wireValue: unknown): void {
    const hasFailed = (status & 3) === wire.failed;
    const value = status <= wire.failed ? wireValue : readOutcome(status, wireValue);
    const aborting = record.extras?.aborting;
    if (!hasFailed) {
      record.release();
      this.tally.finished += 1;
      record.setResult(value);
      this.#removed();
    } else if (aborting !== undefined) {
      aborting.stopped = true;
      this.#fail(record, record.aborted(aborting.reason));
    } else {
      this.#fail(record, value);
    }
  }

  /** Settles a record with an error, completed by the stack of its submit. */
  #fail(record: TaskRecord, error: unknown): void {
    addSubmitStack(error, record.site);
    record.release();
    this.tally.failed += 1;
    record.setException(error);
    this.#removed();
  }

  /** Fails an aborted task that did not end by itself. */
  failAborted(record: TaskRecord, reason: unknown): void {
    this.#fail(record, record.aborted(reason));
  }

  /** Sends what waits; then, while workers are free, takes unclaimed tasks from those that are not. */
  #rebalance(): void {
    this.dispatch();
    if (this.#queue.size > 0 || this.#crew.workers.size < 2) return;
    const free = [...this.#crew.workers].filter((worker) => worker.isFree);
    if (free.length === 0) return;
    let waiting = false;
    for (const worker of this.#crew.workers) {
      const unclaimed = worker.inFlight - worker.suspended - worker.running;
      if (unclaimed <= 0 || worker.isFree) continue;
      if (worker.sizer.isLate(unclaimed)) this.#steal(worker, free.length);
      else waiting = true;
    }
    if (waiting) this.#rebalanceTimer ??= setTimeout(this.#rebalanceLater, rebalanceMs);
  }

  readonly #rebalanceLater = (): void => {
    this.#rebalanceTimer = undefined;
    this.#rebalance();
  };

  #steal(from: WorkerHandle, freeWorkers: number): void {
    const unclaimed = from.unclaimed();
    const count = Math.ceil((unclaimed.length * freeWorkers) / (freeWorkers + 1));
    this.takeBack(from, unclaimed.slice(-count));
    this.dispatch();
  }

  /** Returns unclaimed tasks of a worker to the head of the queue, in their order. */
  takeBack(worker: WorkerHandle, records: readonly TaskRecord[] = worker.unclaimed()): void {
    for (const record of [...records].reverse()) {
      if (worker.withdraw(record)) this.#queue.unshift(record, record.priority);
    }
  }

  /** Takes a task back that the user cancels. @returns false when a worker has claimed it */
  withdrawCancelled(record: TaskRecord): boolean {
    const { worker } = record;
    if (worker === undefined) this.#queue.forgetOne();
    else if (!worker.withdraw(record)) return false;
    this.tally.cancelled += 1;
    record.release();
    this.#removed();
    this.scheduleFlush();
    return true;
  }

  abort(record: TaskRecord, reason: unknown, graceMs: number): Promise<boolean> {
    return this.#aborts.abort(record, reason, graceMs);
  }

  #workerEnded(worker: WorkerHandle, exit: WorkerExit, expected: boolean): void {
    const { claimed, unclaimed } = worker.bury();
    this.tally.runTime.add(worker.runTimes);
    this.#nested.orphan(worker);
    for (const record of unclaimed.reverse()) this.#queue.unshift(record, record.priority);
    for (const record of claimed) {
      const aborting = record.extras?.aborting;
      if (aborting !== undefined) {
        aborting.stopped = true;
        this.#fail(record, record.aborted(aborting.reason));
      } else this.#fail(record, this.#diedError(record, worker, exit));
    }
    if (!expected) {
      this.tally.crashes += 1;
      const cause = exit.error ?? new Error(describeExit(worker.name, exit));
      if (this.#deaths.record(performance.now())) this.break(cause);
    }
    if (this.#state === 'open') this.#crew.fill();
    this.dispatch();
  }

  #diedError(record: TaskRecord, worker: WorkerHandle, exit: WorkerExit): WorkerDiedError {
    const why = exit.error === undefined ? '' : `: ${describeError(exit.error).split('\n')[0] ?? ''}`;
    const message = `${describeExit(worker.name, exit)} while it ran task "${record.name}"${why}; the task was not run again, since it may have had effects`;
    const cause = exit.error === undefined ? {} : { cause: exit.error };
    return new WorkerDiedError(message, { workerName: worker.name, exitCode: exit.exitCode, signal: exit.signal, pid: exit.pid, ...cause });
  }

  /** The pool can't go on: every future gets an error of its own. */
  break(cause: unknown): void {
    if (this.#state === 'broken') return;
    this.#state = 'broken';
    this.#brokenBy = cause;
    this.#sites.nextTick();
    for (const cancel of [...this.#reservations]) cancel();
    const records: TaskRecord[] = [];
    for (let record = this.#queue.shift(); record !== undefined; record = this.#queue.shift()) records.push(record);
    for (const worker of this.#crew.workers) {
      worker.condemned = true;
      const { claimed, unclaimed } = worker.bury();
      records.push(...claimed, ...unclaimed);
    }
    for (const record of records) this.#fail(record, this.#broken(`task "${record.name}" can't be run`));
    for (const worker of [...this.#crew.workers]) this.#crew.terminate(worker);
    reportBroken(this.#kind.name, cause);
  }

  #broken(what: string): BrokenExecutor {
    const why = describeError(this.#brokenBy).split('\n')[0] ?? '';
    return new this.#kind.Broken(`${what}: ${this.#kind.name} is broken: ${why}; make a new executor`, { cause: this.#brokenBy });
  }

  #closed(): Error {
    if (this.#state === 'broken') return this.#broken('the task was not accepted');
    return new ShutdownError(`cannot schedule new futures after shutdown of this ${this.#kind.name}; make a new one, or submit before shutdown()`);
  }

  reserve(onCancel: () => void): Reservation {
    if (this.#state !== 'open') throw this.#closed();
    this.#reservations.add(onCancel);
    return {
      schedule: (request) => {
        if (this.isBroken) throw this.#closed();
        return this.#accept(request);
      },
      close: () => {
        if (this.#reservations.delete(onCancel)) this.#retireIfDone();
      },
    };
  }

  #hasRoom(): boolean {
    const { maxQueueSize, maxWorkers } = this.options;
    return this.#pending - this.suspended < maxWorkers + maxQueueSize;
  }

  whenRoom(): Promise<void> | undefined {
    if (this.options.maxQueueSize === Infinity || this.#hasRoom()) return undefined;
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  async shutdown({ wait = true, cancelFutures = false }: ShutdownOptions): Promise<void> {
    if (this.#state === 'open') this.#state = 'shutdown';
    if (cancelFutures) {
      for (const cancel of [...this.#reservations]) cancel();
      for (const worker of this.#crew.workers) this.takeBack(worker);
      for (let record = this.#queue.shift(); record !== undefined; record = this.#queue.shift()) {
        this.#queue.unshift(record, record.priority); // cancel() takes it out again, and counts
        record.future.cancel();
      }
    }
    this.#retireIfDone();
    if (!wait) return;
    while (this.#crew.workers.size > 0) await this.#crew.whenEmpty();
  }

  #retireIfDone(): void {
    if (this.#state !== 'shutdown' || this.#pending > 0 || this.#reservations.size > 0) return;
    clearTimeout(this.#rebalanceTimer);
    this.#crew.retireAll();
  }

  statistics(): ExecutorStatistics {
    const workers = { starting: 0, busy: 0, idle: 0, stopping: 0 };
    let running = 0;
    let suspended = 0;
    const runTime = new DurationHistogram();
    runTime.add(this.tally.runTime);
    for (const worker of this.#crew.workers) {
      running += worker.running;
      suspended += worker.suspended;
      runTime.add(worker.runTimes);
      if (worker.state === 'starting') workers.starting += 1;
      else if (worker.state === 'stopping' || worker.condemned) workers.stopping += 1;
      else if (worker.running > 0) workers.busy += 1;
      else workers.idle += 1;
    }
    const queued = Math.max(0, this.#pending - running - suspended);
    return { ...this.tally.snapshot({ state: this.#state, workers, queued, running, suspended }), runTime: runTime.snapshot() };
  }

  #refused(fn: AnyFunction, name: string | undefined, error: unknown): Future<unknown> {
    const controller = new FutureController<unknown>(name ?? (fn.name || 'anonymous'));
    this.tally.failed += 1;
    controller.setException(error);
    return controller.future;
  }

  /** @returns false when the signal had aborted: the task is cancelled already */
  #watchSignal(record: TaskRecord, signal: AbortSignal): boolean {
    if (signal.aborted) {
      this.#added();
      this.#queue.push(record, record.priority);
      record.future.cancel(signal.reason);
      return false;
    }
    const onAbort = (): void => {
      record.future.abort(signal.reason).catch(() => undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    record.extras?.cleanups.push(() => { signal.removeEventListener('abort', onAbort); });
    return true;
  }
}

function allTravelAsIs(args: readonly unknown[]): boolean {
  for (const arg of args) if (!travelsAsIs(arg)) return false;
  return true;
}

function reportBroken(name: string, cause: unknown): void {
  reportError(`${name} is broken: it accepts no more tasks`, 'HEDDLE_BROKEN', cause);
}
