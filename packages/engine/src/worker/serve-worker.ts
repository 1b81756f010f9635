/**
 * The main loop of a worker. It takes batches from its endpoint, claims and runs their tasks one at a time, and answers
 * in batches.
 *
 *   message ─▶ backlog ─claim─▶ run ─▶ ResultBatch ─▶ post (no work left, 1 ms, or before a task that may be long)
 *
 * Invariants
 * - At most one task holds the slot. A task that awaits unsettled nested futures has given its slot away (suspended).
 * - Between two messages the worker is in its event loop, or spins (spin.ts). It never blocks while it has nothing to
 *   do.
 */
import type { ChunkOutcome } from '@heddle/futures';
import { addTaskHost, createAmbient, whenUnblocked, type ExecutorKit } from '@heddle/futures/worker';
import { encodeValue, isCallback, loadClasses, type LoadedFunction } from '@heddle/serialization/worker';
import type { Endpoint, WorkerStart } from '../protocol/channel.js';
import type { WorkerLedger } from '../protocol/ledger.js';
import type { ToWorker } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import { whileImporting } from '../task/importing-task.js';
import { isThenable } from '../task/thenable.js';
import { systemTime, type TimeSource } from '../waiting/clock.js';
import { BlockingTask } from './blocking-task.js';
import { initializerFailedMessage } from './last-words.js';
import { createNestedExecutor, type NestedExecutor } from './nested-executor.js';
import { ProxyCalls } from './proxy-calls.js';
import { invoke, loadCallClasses, readCall, readReason, type Call } from './read-call.js';
import { ResultBatch } from './result-batch.js';
import { runInitializer } from './run-initializer.js';
import { RunningTask, type TaskServices } from './running-task.js';
import { Spinner } from './spin.js';
import { WorkerFunctions, whenLoaded, type Loaded } from './worker-functions.js';

/** A batch, and how far the worker has got in it. */
interface Backlog {
  readonly message: readonly unknown[];
  at: number;
}

/** A run of this length makes earlier results wait noticeably. */
const noticeableMs = 0.5;

class WorkerLoop implements TaskServices {
  readonly workerId: number;
  readonly #endpoint: Endpoint;
  readonly #clock: TimeSource;
  readonly #ledger: WorkerLedger;
  readonly #spinner: Spinner;
  readonly #results: ResultBatch;
  /** Made when a task first asks for its executor. */
  #nested: NestedExecutor | undefined;
  /** Made when a task first blocks. */
  #blocking: BlockingTask | undefined;
  readonly #proxyCalls: ProxyCalls;
  readonly #ambient = createAmbient<RunningTask>();
  readonly #functions = new WorkerFunctions();
  readonly #tasks = new Map<number, RunningTask>();
  #backlog: Backlog[] = [];
  /** The task that holds the slot. */
  #slot: RunningTask | undefined;
  /** The task whose synchronous part runs. */
  #current: RunningTask | undefined;
  #taskCount = 0;
  /** When the present run began. Between runs: when the last one ended. */
  #time = 0;
  #isBusy = false;
  #stopping = false;

  constructor(start: WorkerStart, endpoint: Endpoint, clock: TimeSource) {
    this.workerId = start.workerId;
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#ledger = endpoint.ledger;
    this.#spinner = new Spinner(endpoint.ledger, clock);
    this.#results = new ResultBatch(endpoint);
    this.#proxyCalls = new ProxyCalls({
      endpoint,
      awaits: (task, callId) => {
        this.#awaits(task, callId);
      },
      resumes: (task) => {
        this.#resumes(task);
      },
    });
    addTaskHost({
      currentTask: () => this.#currentTask(),
      currentExecutor: (kit) => (this.#currentTask() === undefined ? undefined : this.#nestedExecutor(kit).executor),
      leadsToCaller: (fn) => (this.#currentTask() === undefined ? undefined : isCallback(fn)),
    });
  }

  async start(initializer: WorkerStart['initializer']): Promise<void> {
    process.once('exit', (exitCode) => {
      this.#results.post();
      this.#endpoint.ends?.(exitCode);
    }); // so a task's process.exit() and uncaught errors lose no results
    if (initializer !== undefined) {
      this.#endpoint.post([wire.initializing]);
      try {
        await runInitializer(initializer);
      } catch (error) {
        this.#endpoint.post(initializerFailedMessage(error, this.#endpoint.destination));
        return;
      }
    }
    this.#endpoint.listen((message) => {
      this.#safely(() => {
        this.#wake(message);
      });
    });
    this.#endpoint.post([wire.ready]);
  }

  watching(ticket: number): void {
    this.#ledger.watch(ticket);
  }

  report(ticket: number, value: unknown): void {
    const { value: wireValue, encoded, transfer } = encodeValue(value, 'progress', true, this.#endpoint.destination);
    this.#endpoint.post([wire.progress, ticket, wireValue, encoded], transfer);
  }

  #nestedExecutor(kit: ExecutorKit): NestedExecutor {
    return (this.#nested ??= createNestedExecutor(kit, {
      endpoint: this.#endpoint,
      currentTask: () => this.#currentTask(),
      awaits: (task) => {
        this.#awaits(task);
      },
      resumes: (task) => {
        this.#resumes(task);
      },
      block: (awaited, timeoutMs) => {
        this.#results.post();
        (this.#blocking ??= new BlockingTask(this.#endpoint, this.#clock, (message) => {
          this.#take(message);
        })).wait(awaited, timeoutMs);
      },
    }));
  }

  #currentTask(): RunningTask | undefined {
    return this.#current ?? this.#ambient.get() ?? (this.#tasks.size === 1 ? this.#slot : undefined);
  }

  /** A message has come through the event loop. */
  #wake(message: ToWorker): void {
    this.#spinner.woke();
    this.#take(message);
    for (;;) {
      const bell = this.#spinner.bell();
      for (let next = this.#endpoint.receive?.(); next !== undefined; next = this.#endpoint.receive?.()) this.#take(next);
      this.#work();
      if (this.#tasks.size > 0 || this.#stopping || this.#endpoint.receive === undefined) return;
      if (!this.#spinner.wait(bell)) return;
    }
  }

  #take(message: ToWorker): void {
    switch (message[0]) {
      case wire.run:
        if (message[1] !== 0) for (const [id, descriptor] of message[1]) this.#functions.define(id, descriptor);
        this.#backlog.push({ message, at: 2 });
        return;
      case wire.abort: {
        const [, ticket, reason, encoded] = message;
        const task = this.#tasks.get(ticket);
        const classes = encoded ? loadClasses(reason) : undefined;
        if (classes !== undefined)
          void whileImporting(classes).then(() => {
            task?.abort(readReason(reason, encoded));
          });
        else {
          const read = readReason(reason, encoded);
          this.#blocking?.aborted(ticket, read);
          whenUnblocked(() => {
            task?.abort(read);
          });
        }
        return;
      }
      case wire.reply:
        this.#proxyCalls.answered(message[1], message[2], message[3]);
        return;
      case wire.probe:
        return;
      case wire.refused:
        this.#blocking?.refused(message[1], message[2]);
        return;
      case wire.nestedResult:
        this.#nested?.answered(message[1], message[2], message[3]);
        return;
      case wire.stop:
        this.#stopping = true;
        this.#results.post();
        this.#endpoint.exit();
        return;
    }
  }

  /** Runs tasks while the slot is free. */
  #work(): void {
    if (this.#backlog.length > 0 && this.#isFree()) {
      if (!this.#isBusy) {
        this.#isBusy = true;
        this.#ledger.setBusy(true);
      }
      this.#time = this.#clock.now();
      while (this.#isFree()) {
        const [backlog] = this.#backlog;
        if (backlog === undefined) break;
        if (backlog.at >= backlog.message.length) this.#backlog.shift();
        else this.#runNext(backlog);
      }
    }
    this.#results.post();
    if (this.#endpoint.isWorn?.() === true) this.#endpoint.post([wire.worn]);
    if (this.#isBusy && this.#tasks.size === 0) {
      this.#isBusy = false;
      this.#ledger.setBusy(false);
    }
  }

  #isFree(): boolean {
    return this.#slot === undefined;
  }

  #runNext(backlog: Backlog): void {
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
    const loaded = this.#functions.at(wire.fnIdOf(code));
    const task = new RunningTask(this, ticket, ++this.#taskCount, header?.name ?? loaded.name, header?.attempt ?? 1);
    if (header?.tellClaim === true) this.#endpoint.post([wire.claimed, ticket]);
    // A task that may run long, or end the worker, must not delay or lose earlier results.
    if (header !== undefined || loaded.longestMs === undefined || loaded.longestMs > noticeableMs) this.#results.post();
    this.#tasks.set(ticket, task);
    this.#slot = task;
    this.#ledger.hold(true);
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
          this.#safely(() => {
            if (this.#begin(task, loaded, fn, flags, args)) this.#work();
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
      call = readCall(fn, flags, wireArgs, task, this.#proxyCalls);
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
        this.#safely(() => {
          if (this.#call(task, loaded, call, flags)) this.#work();
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
          ? invoke(fn, args, flags, task, this.#proxyCalls)
          : this.#ambient.run(task, () => invoke(fn, args, flags, task, this.#proxyCalls));
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
    if (task.awaiting > 0) this.#suspend(task);
    return false;
  }

  /** An asynchronous task has ended: the worker runs its next tasks. */
  #endedLater(task: RunningTask, loaded: Loaded, flags: number, failed: boolean, outcome: unknown): void {
    this.#safely(() => {
      this.#ended(task, loaded, flags, failed, outcome);
      this.#work();
    });
  }

  /**
   * Runs a part of the loop. If it throws (a task may have broken the globals or closed the channel), the worker ends,
   * even where the user catches uncaught exceptions.
   */
  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#endpoint.fail(error);
    }
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
    if (this.#slot === task) {
      this.#slot = undefined;
      this.#ledger.hold(false);
    }
    if (task.suspended) this.#ledger.suspend(-1);
    task.isEnded = true;
    task.proxyCalls?.end();
    if (failed) this.#results.failed(ticket, outcome, now);
    else if ((flags & wire.chunkFlag) !== 0) this.#results.chunk(ticket, outcome as ChunkOutcome, now);
    else this.#results.succeeded(ticket, outcome, now);
    if (!this.#results.isDue(now)) return;
    this.#results.post();
    if (this.#endpoint.isWorn?.() === true) this.#endpoint.post([wire.worn]);
  }

  #awaits(task: RunningTask, callId?: number): void {
    if (task.isEnded) return;
    task.awaiting += 1;
    if (callId !== undefined) task.awaitedCalls.push(callId);
    if (task.isAsync) this.#suspend(task);
  }

  /** The task awaits nested tasks or answers. Frees its slot and tells the caller. */
  #suspend(task: RunningTask): void {
    if (task.suspended) {
      if (task.awaitedCalls.length > 0) this.#tellAwaited(task);
      return;
    }
    task.suspended = true;
    this.#ledger.suspend(1);
    if (this.#slot === task) {
      this.#slot = undefined;
      this.#ledger.hold(false);
    }
    this.#tellAwaited(task);
    queueMicrotask(() => {
      this.#safely(() => {
        this.#work();
      });
    });
  }

  #tellAwaited(task: RunningTask): void {
    this.#endpoint.post([wire.suspended, task.ticket, ...task.awaitedCalls]);
    task.awaitedCalls = [];
  }

  #resumes(task: RunningTask): void {
    if (task.isEnded) return; // it ended without waiting for the futures it had looked at
    task.awaiting -= 1;
    if (task.awaiting > 0 || !task.suspended) return;
    task.suspended = false;
    this.#ledger.suspend(-1);
    this.#slot ??= task;
    this.#ledger.hold(true);
  }
}

/**
 * Serves an endpoint until the caller tells the worker to stop. For authors of executors: a worker's entry module calls
 * it.
 */
export function serveWorker(start: WorkerStart, endpoint: Endpoint): Promise<void> {
  return serveWorkerBy(systemTime, start, endpoint);
}

/** As `serveWorker`, with a clock that a test passes. */
export async function serveWorkerBy(clock: TimeSource, start: WorkerStart, endpoint: Endpoint): Promise<void> {
  await new WorkerLoop(start, endpoint, clock).start(start.initializer);
}
