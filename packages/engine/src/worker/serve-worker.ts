/**
 * The main loop of a worker. It takes batches from its endpoint, claims and runs their tasks one at a time, and answers
 * in batches.
 *
 *   message ─▶ backlog ─claim─▶ run ─▶ ResultBatch ─▶ post (no work left, 1 ms, or before a task that may be long)
 *
 * The way of one task is in task-runner.ts, its slot in task-slot.ts.
 *
 * Between two messages the worker is in its event loop, or spins (spin.ts). It never blocks while it has nothing to do.
 */
import { addTaskHost, endHere, whenUnblocked, workerValuesOfThread, type ExecutorKit } from '@heddle/futures/worker';
import { isCallback, loadClasses } from '@heddle/serialization/worker';
import type { Endpoint, WorkerStart } from '../protocol/channel.js';
import type { WorkerLedger } from '../protocol/ledger.js';
import { postOutcome } from '../protocol/post-outcome.js';
import type { Outcome } from '../protocol/read-outcome.js';
import type { StartFunction, ToWorker } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import { whileImporting } from '../task/importing-task.js';
import { systemTime, type TimeSource } from '../waiting/clock.js';
import { BlockingTask } from './blocking-task.js';
import { initializerFailedMessage } from './last-words.js';
import { createNestedExecutor, type NestedExecutor } from './nested-executor.js';
import { readReason } from './read-call.js';
import { ResultBatch } from './result-batch.js';
import { keptAlive, runStartFunction } from './run-start-function.js';
import { Spinner } from './spin.js';
import { TaskRunner, type Backlog } from './task-runner.js';
import { TaskSlot, type LoopServices } from './task-slot.js';

class WorkerLoop implements LoopServices {
  readonly #endpoint: Endpoint;
  readonly #clock: TimeSource;
  readonly #ledger: WorkerLedger;
  readonly #spinner: Spinner;
  readonly #results: ResultBatch;
  readonly #slot: TaskSlot;
  readonly #runner: TaskRunner;
  readonly #finalizer: StartFunction | undefined;
  /** Made when a task first asks for its executor. */
  #nested: NestedExecutor | undefined;
  /** Made when a task first blocks. */
  #blocking: BlockingTask | undefined;
  #backlog: Backlog[] = [];
  #isBusy = false;
  #stopping = false;
  /** How many broadcast functions are running. */
  #broadcasts = 0;

  constructor(start: WorkerStart, endpoint: Endpoint, clock: TimeSource) {
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#ledger = endpoint.ledger;
    this.#spinner = new Spinner(endpoint.ledger, clock);
    this.#results = new ResultBatch(endpoint);
    this.#slot = new TaskSlot(endpoint, this);
    const { workerId } = start;
    this.#finalizer = start.finalizer;
    const runner = new TaskRunner({ workerId, endpoint, clock, slot: this.#slot, results: this.#results, loop: this });
    this.#runner = runner;
    addTaskHost({
      currentTask: () => runner.currentTask(),
      currentExecutor: (kit) => (runner.currentTask() === undefined ? undefined : this.#nestedExecutor(kit).executor),
      leadsToCaller: (fn) => (runner.currentTask() === undefined ? undefined : isCallback(fn)),
    });
  }

  async start({ initializer, broadcasts }: WorkerStart): Promise<void> {
    process.once('exit', (exitCode) => {
      this.#results.post();
      this.#endpoint.ends?.(exitCode);
    }); // so a task's process.exit() and uncaught errors lose no results
    const calls = initializer === undefined ? broadcasts : [initializer, ...broadcasts];
    if (calls.length > 0) {
      this.#endpoint.post([wire.initializing]);
      try {
        for (const call of calls) await runStartFunction(call);
      } catch (error) {
        this.#endpoint.post(initializerFailedMessage(error, this.#endpoint.destination));
        return;
      }
    }
    this.#endpoint.listen((message) => {
      this.safely(() => {
        this.#wake(message);
      });
    });
    this.#endpoint.post([wire.ready]);
  }

  #nestedExecutor(kit: ExecutorKit): NestedExecutor {
    return (this.#nested ??= createNestedExecutor(kit, {
      endpoint: this.#endpoint,
      currentTask: () => this.#runner.currentTask(),
      awaits: (task) => {
        this.#slot.awaits(task);
      },
      resumes: (task) => {
        this.#slot.resumes(task);
      },
      block: (awaited, timeoutMs) => {
        this.#results.post();
        (this.#blocking ??= new BlockingTask(this.#endpoint, this.#clock, (message) => {
          this.#take(message);
        })).wait(awaited, timeoutMs);
      },
    }));
  }

  /** A message has come through the event loop. */
  #wake(message: ToWorker): void {
    this.#spinner.woke();
    this.#take(message);
    for (;;) {
      const bell = this.#spinner.bell();
      for (let next = this.#endpoint.receive?.(); next !== undefined; next = this.#endpoint.receive?.()) this.#take(next);
      this.work();
      if (this.#runner.hasTasks || this.#stopping || this.#endpoint.receive === undefined) return;
      if (!this.#spinner.wait(bell)) return;
    }
  }

  #take(message: ToWorker): void {
    switch (message[0]) {
      case wire.run:
        if (message[1] !== 0) for (const [id, descriptor] of message[1]) this.#runner.functions.define(id, descriptor);
        this.#backlog.push({ message, at: 2 });
        return;
      case wire.abort: {
        const [, ticket, reason, encoded] = message;
        const task = this.#runner.task(ticket);
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
        this.#runner.proxyCalls.answered(message[1], message[2], message[3]);
        return;
      case wire.probe:
        return;
      case wire.refused:
        this.#blocking?.refused(message[1], message[2]);
        return;
      case wire.nestedResult:
        this.#nested?.answered(message[1], message[2], message[3]);
        return;
      case wire.broadcast: {
        const [, id, call] = message;
        whenUnblocked(() => void this.#broadcast(id, call));
        return;
      }
      case wire.stop:
        this.#stopping = true;
        this.#results.post();
        this.#end();
        return;
    }
  }

  async #broadcast(id: number, call: StartFunction): Promise<void> {
    this.#broadcasts += 1;
    let outcome: Outcome;
    try {
      outcome = { hasFailed: false, value: await runStartFunction(call) };
    } catch (error) {
      outcome = { hasFailed: true, value: error };
    }
    postOutcome(outcome, 'result', this.#endpoint.destination, (status, value, transfer) => {
      this.#endpoint.post([wire.broadcastDone, id, status, value], transfer);
    });
    this.#broadcasts -= 1;
    if (this.#stopping) this.#end();
  }

  #end(): void {
    const finalizer = this.#finalizer;
    const values = workerValuesOfThread();
    if (this.#broadcasts > 0) {
      this.#endpoint.post([wire.finalizing]); // it ends after them
      return;
    }
    if (finalizer === undefined && values.isEmpty) {
      this.#endpoint.exit();
      return;
    }
    this.#endpoint.post([wire.finalizing]);
    const run = finalizer === undefined ? undefined : (): Promise<unknown> => runStartFunction(finalizer);
    void keptAlive(() => endHere(run, values)).then(() => {
      this.#endpoint.exit();
    });
  }

  work(): void {
    if (this.#backlog.length > 0 && this.#slot.isFree()) {
      if (!this.#isBusy) {
        this.#isBusy = true;
        this.#ledger.setBusy(true);
      }
      this.#runner.beginRuns();
      while (this.#slot.isFree()) {
        const [backlog] = this.#backlog;
        if (backlog === undefined) break;
        if (backlog.at >= backlog.message.length) this.#backlog.shift();
        else this.#runner.runNext(backlog);
      }
    }
    this.#results.post();
    if (this.#endpoint.isWorn?.() === true) this.#endpoint.post([wire.worn]);
    if (this.#isBusy && !this.#runner.hasTasks) {
      this.#isBusy = false;
      this.#ledger.setBusy(false);
    }
  }

  safely(part: () => void): void {
    try {
      part();
    } catch (error) {
      this.#endpoint.fail(error);
    }
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
  await new WorkerLoop(start, endpoint, clock).start(start);
}
