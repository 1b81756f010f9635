/**
 * The way of one task through its worker.
 *
 *   runNext: claim ─▶ load its function ─▶ begin: read its arguments ─▶ call ─▶ ended: its answer is in the ResultBatch
 *
 * Invariants
 * - Only a task that the worker has claimed begins.
 * - A claimed task has at most one answer.
 */
import type { ChunkOutcome } from '@heddle/futures';
import { createAmbient } from '@heddle/futures/worker';
import { encodeValue, type LoadedFunction } from '@heddle/serialization/worker';
import type { Endpoint } from '../protocol/channel.js';
import type { WorkerLedger } from '../protocol/ledger.js';
import * as wire from '../protocol/wire.js';
import { whileImporting } from '../task/importing-task.js';
import { isThenable } from '../task/thenable.js';
import type { TimeSource } from '../waiting/clock.js';
import { ProxyCalls } from './proxy-calls.js';
import { invoke, loadCallClasses, readCall, type Call } from './read-call.js';
import type { ResultBatch } from './result-batch.js';
import { RunningTask, type TaskServices } from './running-task.js';
import type { LoopServices, TaskSlot } from './task-slot.js';
import { WorkerFunctions, whenLoaded, type Loaded } from './worker-functions.js';

/** A batch, and how far the worker has got in it. */
export interface Backlog {
  readonly message: readonly unknown[];
  at: number;
}

/** The parts of its worker that a task runner uses. */
export interface TaskRunnerParts {
  readonly workerId: number;
  readonly endpoint: Endpoint;
  readonly clock: TimeSource;
  readonly slot: TaskSlot;
  readonly results: ResultBatch;
  readonly loop: LoopServices;
}

/** A run of this length makes earlier results wait noticeably. */
const noticeableMs = 0.5;

export class TaskRunner implements TaskServices {
  readonly workerId: number;
  readonly functions: WorkerFunctions = new WorkerFunctions();
  readonly proxyCalls: ProxyCalls;
  readonly #endpoint: Endpoint;
  readonly #clock: TimeSource;
  readonly #ledger: WorkerLedger;
  readonly #slot: TaskSlot;
  readonly #results: ResultBatch;
  readonly #loop: LoopServices;
  readonly #ambient = createAmbient<RunningTask>();
  /** The claimed tasks that have not ended, by their tickets. */
  readonly #tasks = new Map<number, RunningTask>();
  /** The task whose synchronous part runs. */
  #current: RunningTask | undefined;
  #taskCount = 0;
  /** When the present run began. Between runs: when the last one ended. */
  #time = 0;

  constructor({ workerId, endpoint, clock, slot, results, loop }: TaskRunnerParts) {
    this.workerId = workerId;
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#ledger = endpoint.ledger;
    this.#slot = slot;
    this.#results = results;
    this.#loop = loop;
    this.proxyCalls = new ProxyCalls({
      endpoint,
      awaits: (task, callId) => {
        slot.awaits(task, callId);
      },
      resumes: (task) => {
        slot.resumes(task);
      },
    });
  }

  /** True while a claimed task has not ended. */
  get hasTasks(): boolean {
    return this.#tasks.size > 0;
  }

  /** Returns the task with this ticket, unless it has ended. */
  task(ticket: number): RunningTask | undefined {
    return this.#tasks.get(ticket);
  }

  /** Returns the task that the running code belongs to. */
  currentTask(): RunningTask | undefined {
    return this.#current ?? this.#ambient.get() ?? (this.#tasks.size === 1 ? this.#slot.holder : undefined);
  }

  watching(ticket: number): void {
    this.#ledger.watch(ticket);
  }

  report(ticket: number, value: unknown): void {
    const { value: wireValue, encoded, transfer } = encodeValue(value, 'progress', true, this.#endpoint.destination);
    this.#endpoint.post([wire.progress, ticket, wireValue, encoded], transfer);
  }

  /** Reads the clock before the first of several runs. Each later run begins when the one before it ends. */
  beginRuns(): void {
    this.#time = this.#clock.now();
  }

  /** Claims the next task of the batch, and begins it unless the caller has withdrawn it. The slot must be free. */
  runNext(backlog: Backlog): void {
    const { message, at } = backlog;
    const code = message[at] as number;
    const head = wire.headOf(code);
    const ticket = wire.ticketOf(head);
    const flags = wire.flagsOf(head);
    const args = message.slice(at + 1, at + 1 + wire.countOf(head));
    const header = (flags & wire.headerFlag) === 0 ? undefined : (message[at + 1 + args.length] as wire.TaskHeader);
    backlog.at = at + 1 + args.length + (header === undefined ? 0 : 1);
    if (!this.#ledger.claim(ticket)) {
      this.#results.skipped(ticket);
      return;
    }
    const loaded = this.functions.at(wire.fnIdOf(code));
    const task = new RunningTask(this, ticket, ++this.#taskCount, header?.name ?? loaded.name, header?.attempt ?? 1);
    if (header?.tellClaim === true) this.#endpoint.post([wire.claimed, ticket]);
    // A task that may run long, or end the worker, must not delay or lose earlier results.
    if (header !== undefined || loaded.longestMs === undefined || loaded.longestMs > noticeableMs) this.#results.post();
    this.#tasks.set(ticket, task);
    this.#slot.take(task);
    const classes = loadCallClasses(flags, args);
    if (loaded.problem !== undefined) this.#ended(task, loaded, flags, true, loaded.problem.error);
    else if (loaded.fn !== undefined && classes === undefined) this.#begin(task, loaded, loaded.fn, flags, args);
    else {
      task.isAsync = true;
      task.startedAt = this.#time;
      whenLoaded(loaded, classes).then(
        (fn) => {
          task.isAsync = false;
          this.#time = this.#clock.now();
          this.#loop.safely(() => {
            if (this.#begin(task, loaded, fn, flags, args)) this.#loop.work();
          });
        },
        (error: unknown) => {
          this.#endedLater(task, loaded, flags, true, error);
        },
      );
    }
  }

  /** @returns whether the task has ended already */
  #begin(task: RunningTask, loaded: Loaded, fn: LoadedFunction, flags: number, wireArgs: readonly unknown[]): boolean {
    let call: Call | undefined;
    task.startedAt = this.#time;
    try {
      call = readCall(fn, flags, wireArgs, task, this.proxyCalls);
    } catch (error) {
      this.#ended(task, loaded, flags, true, error);
      return true;
    }
    const { loads } = call;
    if (loads === undefined) return this.#call(task, loaded, call, flags);
    task.isAsync = true;
    whileImporting(loads).then(
      () => {
        task.isAsync = false;
        this.#time = this.#clock.now();
        this.#loop.safely(() => {
          if (this.#call(task, loaded, call, flags)) this.#loop.work();
        });
      },
      (error: unknown) => {
        this.#endedLater(task, loaded, flags, true, error);
      },
    );
    return false;
  }

  /** @returns whether the task has ended already */
  #call(task: RunningTask, loaded: Loaded, { fn, args }: Call, flags: number): boolean {
    let value: unknown;
    let promise: Promise<unknown> | undefined;
    try {
      this.#current = task;
      value =
        loaded.mode === 'sync'
          ? invoke(fn, args, flags, task, this.proxyCalls)
          : this.#ambient.run(task, () => invoke(fn, args, flags, task, this.proxyCalls));
      if (isThenable(value)) promise = Promise.resolve(value); // a `then` of the user may throw, or call back twice
    } catch (error) {
      this.#current = undefined;
      this.#ended(task, loaded, flags, true, error);
      return true;
    }
    this.#current = undefined;
    if (promise === undefined) {
      if (loaded.mode === 'unknown') loaded.mode = 'sync';
      this.#ended(task, loaded, flags, false, value);
      return true;
    }
    loaded.mode = 'async';
    task.isAsync = true;
    this.#results.post();
    promise.then(
      (result) => {
        this.#endedLater(task, loaded, flags, false, result);
      },
      (error: unknown) => {
        this.#endedLater(task, loaded, flags, true, error);
      },
    );
    if (task.awaiting > 0) this.#slot.suspend(task);
    return false;
  }

  /** An asynchronous task has ended: the worker runs its next tasks. */
  #endedLater(task: RunningTask, loaded: Loaded, flags: number, failed: boolean, outcome: unknown): void {
    this.#loop.safely(() => {
      this.#ended(task, loaded, flags, failed, outcome);
      this.#loop.work();
    });
  }

  #ended(task: RunningTask, loaded: Loaded, flags: number, failed: boolean, outcome: unknown): void {
    const { ticket } = task;
    const now = this.#clock.now();
    const elapsedMs = now - task.startedAt;
    this.#time = now;
    this.#ledger.runTimes.record(elapsedMs);
    this.#results.busy(elapsedMs);
    loaded.longestMs = Math.max(elapsedMs, (loaded.longestMs ?? 0) * 0.99);
    this.#tasks.delete(ticket);
    this.#slot.ended(task);
    task.isEnded = true;
    task.proxyCalls?.end();
    if (failed) this.#results.failed(ticket, outcome, now);
    else if ((flags & wire.chunkFlag) !== 0) this.#results.chunk(ticket, outcome as ChunkOutcome, now);
    else this.#results.succeeded(ticket, outcome, now);
    if (!this.#results.isDue(now)) return;
    this.#results.post();
    if (this.#endpoint.isWorn?.() === true) this.#endpoint.post([wire.worn]);
  }
}
