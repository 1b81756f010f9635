/**
 * The workers of a pool. The crew starts workers when tasks wait, retires idle ones, and replaces dead ones. The crew
 * does not handle the tasks in flight on a worker. It reports each end of a worker through `CrewEvents`, and the pool
 * handles its tasks.
 */
import type { WorkerCounts } from '@heddle/futures';
import { DurationHistogram, reportError } from '@heddle/futures/authors';
import type { OpenChannel, WorkerExit, WorkerStart } from '../protocol/channel.js';
import type { StartFunction, ToCaller } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import type { Alarms } from '../waiting/alarms.js';
import type { EngineClock, Timer } from '../waiting/clock.js';
import { engineClock } from '../waiting/engine-clock.js';
import { WorkerHandle } from './worker-handle.js';

/** How long a worker may take to stop after it was told to. */
const stopGraceMs = 2000;

/** How long the crew starts no worker after a start failed. */
const pauseMs = 500;

/** The functions that each worker runs outside of tasks. */
export interface WorkerSetUp {
  readonly initializer: StartFunction | undefined;
  readonly finalizer: StartFunction | undefined;
}

/** The options of a pool that concern its workers: see WorkerPoolOptions. */
export interface CrewOptions {
  readonly maxWorkers: number;
  readonly minWorkers: number;
  readonly maxTasksPerWorker: number;
  readonly idleTimeoutMs: number;
  readonly startTimeoutMs: number;
  readonly finalizerTimeoutMs: number;
}

export interface CrewEvents {
  /** A worker can run tasks. */
  ready(worker: WorkerHandle): void;
  /** A message that does not concern the worker's start. */
  message(worker: WorkerHandle, message: ToCaller): void;
  /** The worker has ended and has left the crew. */
  ended(worker: WorkerHandle, exit: WorkerExit, expected: boolean): void;
  startTimedOut(worker: WorkerHandle): void;
  /** The platform refused to start a worker, for example because of an option that it does not know. */
  startFailed(error: unknown): void;
  /** The pause of growth has ended. */
  mayGrow(): void;
  /** Returns whether tasks may still come. While they may, the crew keeps `minWorkers`. */
  isOpen(): boolean;
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #prefix: string;
  readonly #open: OpenChannel;
  readonly #setUp: WorkerSetUp;
  readonly #alarms: Alarms;
  readonly #events: CrewEvents;
  readonly #clock: EngineClock;
  readonly #workers = new Set<WorkerHandle>();
  #maxWorkers: number;
  #mayGrowAt = 0;
  #growTimer: Timer | undefined;
  readonly #startTimers = new Map<WorkerHandle, () => void>();
  /** What workers that start later run before their first task. */
  #broadcasts: readonly StartFunction[] = [];
  #nextId = 0;
  #referenced = false;
  #idleTimer: Timer | undefined;
  #whenEmpty: (() => void)[] = [];

  constructor(
    options: CrewOptions,
    prefix: string,
    open: OpenChannel,
    setUp: WorkerSetUp,
    alarms: Alarms,
    events: CrewEvents,
    clock: EngineClock = engineClock,
  ) {
    this.#options = options;
    this.#maxWorkers = options.maxWorkers;
    this.#prefix = prefix;
    this.#open = open;
    this.#setUp = setUp;
    this.#alarms = alarms;
    this.#events = events;
    this.#clock = clock;
  }

  /** All workers that have not ended. */
  get workers(): ReadonlySet<WorkerHandle> {
    return this.#workers;
  }

  /** How many workers there may be. */
  get maxWorkers(): number {
    return this.#maxWorkers;
  }

  /** How many tasks await nested tasks. */
  get suspended(): number {
    let count = 0;
    for (const worker of this.#workers) count += worker.suspended;
    return count;
  }

  /** How many workers count towards `maxWorkers`. The other workers are about to end. */
  #staying(): number {
    let count = 0;
    for (const worker of this.#workers) if (this.#stays(worker)) count += 1;
    return count;
  }

  #stays(worker: WorkerHandle): boolean {
    return (worker.state === 'ready' || worker.state === 'starting') && !onlyWaits(worker);
  }

  /**
   * Changes how many workers there may be. When there are too many, surplus workers with nothing in flight are retired
   * at once, and the others get no more tasks. When there may be more again, surplus workers that still work return to
   * `ready`.
   *
   * @returns the surplus workers that still have tasks in flight; the pool has to take back their unclaimed tasks
   */
  resize(maxWorkers: number): WorkerHandle[] {
    this.#maxWorkers = maxWorkers;
    let tooMany = this.#staying() - maxWorkers;
    for (const worker of this.#workers) {
      if (tooMany >= 0) break;
      if (worker.state !== 'surplus') continue;
      worker.state = 'ready';
      tooMany += 1;
    }
    if (tooMany <= 0) return [];
    const surplus = [...this.#workers]
      .filter((worker) => this.#stays(worker))
      .sort(firstToGo)
      .slice(0, tooMany);
    for (const worker of surplus) {
      if (worker.inFlight === 0) this.retire(worker);
      else worker.state = 'surplus';
    }
    return surplus.filter(({ inFlight }) => inFlight > 0);
  }

  /** Returns whether the crew has, or may start, a worker that is not in `workers`. */
  hasRoomBeside(workers: readonly WorkerHandle[]): boolean {
    return workers.filter((worker) => this.#stays(worker)).length < this.#maxWorkers;
  }

  /** Whether the crew may start another worker. */
  get canGrow(): boolean {
    return this.#clock.now() >= this.#mayGrowAt && this.#staying() < this.#maxWorkers;
  }

  /**
   * Starts no worker for a while, since the platform is short of a resource. The present workers do the work meanwhile.
   */
  pauseGrowth(): void {
    this.#mayGrowAt = this.#clock.now() + pauseMs;
    this.#clock.clearTimer(this.#growTimer);
    this.#growTimer = this.#clock.setTimer(pauseMs + 1, () => {
      this.#events.mayGrow();
    });
    if (!this.#referenced) this.#growTimer.unref();
  }

  /** Starts workers for `waiting` tasks that no present worker has room for. */
  grow(waiting: number): void {
    if (this.#clock.now() < this.#mayGrowAt) return;
    let starting = 0;
    for (const worker of this.#workers) if (worker.state === 'starting') starting += 1;
    const wanted = Math.min(this.#maxWorkers - this.#staying(), waiting - starting);
    for (let i = 0; i < wanted && this.#start(); i++);
  }

  /** Makes the workers that start from now on run a function before their first task. */
  broadcastLater(call: StartFunction): void {
    this.#broadcasts = [...this.#broadcasts, call];
  }

  /** Starts workers up to `minWorkers`, while tasks may still come. */
  fill(): void {
    if (!this.#events.isOpen() || this.#clock.now() < this.#mayGrowAt) return;
    for (let missing = this.#options.minWorkers - this.#staying(); missing > 0 && this.#start(); missing--);
  }

  /** Sets whether the workers keep the program alive. */
  reference(on: boolean): void {
    if (this.#referenced === on) return;
    this.#referenced = on;
    for (const { channel } of this.#workers) {
      if (on) channel?.ref();
      else channel?.unref();
    }
    if (on) this.#growTimer?.ref();
    else this.#growTimer?.unref();
  }

  /**
   * A worker has answered for every task it had. A condemned worker is terminated, a surplus or used-up one retires,
   * and any other is idle.
   */
  ranEmpty(worker: WorkerHandle): void {
    if (worker.state === 'condemned') this.terminate(worker);
    else if (worker.state === 'surplus' || worker.isUsedUp) {
      this.retire(worker);
      this.fill();
    } else this.#becameIdle(worker);
  }

  #becameIdle(worker: WorkerHandle): void {
    worker.idleSince = this.#clock.now();
    if (this.#options.idleTimeoutMs !== Infinity) this.#armIdleTimer(this.#options.idleTimeoutMs);
  }

  /**
   * Tells a worker to stop, and terminates it if that takes too long. Its place is free for another worker at once. A
   * worker that still starts is terminated.
   */
  retire(worker: WorkerHandle): void {
    const { state } = worker;
    if (state === 'stopping' || state === 'dead') return;
    if (state === 'condemned') {
      if (this.#startTimers.has(worker)) return; // its present timer takes care of its end
    } else if (state === 'starting') {
      this.terminate(worker);
      return;
    } else worker.state = 'stopping';
    worker.post([wire.stop]);
    const stopTimer = this.#alarms.start(stopGraceMs, () => {
      worker.channel?.terminate();
    });
    this.#startTimers.set(worker, stopTimer);
  }

  /** Whether at least one worker has started and can run tasks. */
  get hasReadyWorker(): boolean {
    for (const { state } of this.#workers) if (state === 'ready' || state === 'surplus') return true;
    return false;
  }

  /**
   * Terminates a worker that does not start. If the platform does not report its end, the crew removes it without the
   * report.
   */
  giveUp(worker: WorkerHandle): void {
    this.terminate(worker);
    if (!this.#workers.has(worker)) return;
    const stopTimer = this.#alarms.start(stopGraceMs, () => {
      worker.channel?.unref();
      this.#ended(worker, {});
    });
    this.#startTimers.set(worker, stopTimer);
  }

  /** Terminates a worker by force, even while it runs tasks. */
  terminate(worker: WorkerHandle, signal?: NodeJS.Signals): void {
    worker.condemn();
    worker.channel?.terminate(signal);
  }

  /** Retires all workers. See `whenEmpty` for their ends. */
  retireAll(): void {
    this.#clock.clearTimer(this.#idleTimer);
    for (const worker of [...this.#workers]) this.retire(worker);
  }

  /** Resolves when no worker is left. */
  whenEmpty(): Promise<void> {
    if (this.#workers.size === 0) return Promise.resolve();
    for (const { channel } of this.#workers) channel?.ref();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /**
   * Counts the workers by what they do now, and the tasks they run.
   *
   * @param past - the run times of workers that have ended
   */
  census(past: DurationHistogram): { workers: WorkerCounts; running: number; suspended: number; runTime: DurationHistogram } {
    const workers = { starting: 0, busy: 0, idle: 0, stopping: 0 };
    const runTime = new DurationHistogram();
    runTime.add(past);
    let running = 0;
    let suspended = 0;
    for (const worker of this.#workers) {
      running += worker.running;
      suspended += worker.suspended;
      if (worker.runTimes !== undefined) runTime.add(worker.runTimes);
      if (worker.state === 'starting') workers.starting += 1;
      else if (worker.state !== 'ready' && worker.state !== 'surplus') workers.stopping += 1;
      else if (worker.running > 0) workers.busy += 1;
      else workers.idle += 1;
    }
    return { workers, running, suspended, runTime };
  }

  /**
   * @returns false when the platform refuses; the caller then starts no further worker, since those would be refused
   *   too
   */
  #start(): boolean {
    const id = this.#nextId++;
    const name = `${this.#prefix}_${String(id)}`;
    const worker = new WorkerHandle(id, name, this.#options.maxTasksPerWorker, this.#clock);
    this.#workers.add(worker);
    this.#startTimers.set(
      worker,
      this.#alarms.start(this.#options.startTimeoutMs, () => {
        this.#events.startTimedOut(worker);
      }),
    );
    const start: WorkerStart = { workerId: id, name, ...this.#setUp, broadcasts: this.#broadcasts };
    try {
      const channel = this.#open(start, {
        message: (message) => {
          if (message[0] === wire.ready) this.#isReady(worker);
          else if (message[0] === wire.initializing) worker.isInitializing = true;
          else if (message[0] === wire.finalizing) this.#finalizes(worker);
          else this.#events.message(worker, message);
        },
        exit: (exit) => {
          this.#ended(worker, exit);
        },
      });
      worker.attach(channel);
      if (!this.#referenced) channel.unref();
    } catch (error) {
      this.#workers.delete(worker);
      this.#stopTimer(worker);
      this.#events.startFailed(error);
      return false;
    }
    return true;
  }

  #isReady(worker: WorkerHandle): void {
    this.#stopTimer(worker);
    if (worker.state === 'starting') worker.state = 'ready';
    this.#becameIdle(worker);
    this.#events.ready(worker);
  }

  /** The worker has more to do before it ends than usual: its timer begins anew. */
  #finalizes(worker: WorkerHandle): void {
    if (worker.state !== 'stopping') return;
    this.#stopTimer(worker);
    const { finalizerTimeoutMs } = this.#options;
    const stopTimer = this.#alarms.start(finalizerTimeoutMs, () => {
      const why = new Error(`it had not ended ${String(finalizerTimeoutMs)} ms after it was told to (finalizerTimeoutMs)`);
      reportError(`worker ${worker.name} was stopped amid its finalizer`, 'HEDDLE_FINALIZER_FAILED', why);
      worker.channel?.terminate();
    });
    this.#startTimers.set(worker, stopTimer);
  }

  #ended(worker: WorkerHandle, exit: WorkerExit): void {
    if (!this.#workers.delete(worker)) return;
    this.#stopTimer(worker);
    const { state } = worker;
    this.#events.ended(worker, exit, state === 'stopping' || state === 'condemned' || state === 'dead');
    if (this.#workers.size > 0) return;
    this.#clock.clearTimer(this.#idleTimer);
    this.#idleTimer = undefined;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #stopTimer(worker: WorkerHandle): void {
    this.#startTimers.get(worker)?.();
    this.#startTimers.delete(worker);
  }

  #armIdleTimer(delayMs: number): void {
    if (this.#idleTimer !== undefined) return;
    this.#idleTimer = this.#clock.setTimer(Math.min(Math.ceil(delayMs), 2_147_483_647), () => {
      this.#retireIdle();
    });
    this.#idleTimer.unref();
  }

  #retireIdle(): void {
    this.#idleTimer = undefined;
    const now = this.#clock.now();
    let spare = this.#staying() - this.#options.minWorkers;
    let nextMs = Infinity;
    for (const worker of [...this.#workers]) {
      if (spare <= 0) break;
      if (worker.state !== 'ready' || worker.inFlight > 0) continue;
      const leftMs = worker.idleSince + this.#options.idleTimeoutMs - now;
      if (leftMs > 0) nextMs = Math.min(nextMs, leftMs);
      else {
        this.retire(worker);
        spare -= 1;
      }
    }
    if (nextMs !== Infinity) this.#armIdleTimer(nextMs);
  }
}

/** The worker gets no more tasks, and each task it has awaits nested tasks. Another worker has to run those. */
function onlyWaits(worker: WorkerHandle): boolean {
  return worker.isUsedUp && worker.inFlight > 0 && worker.inFlight <= worker.suspended;
}

/**
 * The order in which workers retire: used-up ones, those still starting, those with the least in flight, the longest
 * idle.
 */
function firstToGo(a: WorkerHandle, b: WorkerHandle): number {
  return (
    Number(b.isUsedUp) - Number(a.isUsedUp) ||
    Number(b.state === 'starting') - Number(a.state === 'starting') ||
    a.inFlight - b.inFlight ||
    a.idleSince - b.idleSince
  );
}
