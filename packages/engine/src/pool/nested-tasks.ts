/**
 * Tasks that tasks submit. They run on the caller's workers, and the worker that submitted them gets the outcome. They
 * go before all other tasks of their priority, the last one first. A recursion therefore goes deep before it goes wide,
 * and few tasks are suspended at a time.
 */
import { NestingLimitError } from '@heddle/futures';
import { watch } from '@heddle/futures/authors';
import type { Destination } from '@heddle/serialization';
import type { Crew } from '../crew/crew.js';
import type { PlacedTask, WorkerHandle } from '../crew/worker-handle.js';
import { postOutcome } from '../protocol/post-outcome.js';
import type { Outcome } from '../protocol/read-outcome.js';
import * as wire from '../protocol/wire.js';
import type { FunctionTable } from '../task/function-table.js';
import { TaskRecord, type TaskOwner } from '../task/task-record.js';
import { settingsOf } from '../task/task-settings.js';

/** The parts of their pool that nested tasks use. */
export interface NestedTasksParts {
  readonly owner: TaskOwner<WorkerHandle>;
  readonly crew: Crew;
  readonly functions: FunctionTable;
  readonly destination: Destination;
  /** How many tasks may be suspended, waiting for nested tasks, at the same time. */
  readonly maxSuspendedTasks: number;
  readonly accept: (record: PlacedTask) => void;
}

export class NestedTasks {
  readonly #parts: NestedTasksParts;
  /**
   * For each worker that has submitted any: its tasks that are not settled, by the number that the worker gave them.
   */
  readonly #unsettled = new Map<WorkerHandle, Map<number, PlacedTask>>();

  constructor(parts: NestedTasksParts) {
    this.#parts = parts;
  }

  /** Returns a task that a worker has submitted, until it is settled. */
  find(worker: WorkerHandle, id: number): PlacedTask | undefined {
    return this.#unsettled.get(worker)?.get(id);
  }

  submit(worker: WorkerHandle, task: wire.NestedTask): void {
    const { owner, crew, functions, maxSuspendedTasks: limit } = this.#parts;
    const { suspended } = crew;
    if (suspended > limit) {
      this.#answer(worker, task.id, {
        hasFailed: true,
        value: new NestingLimitError(
          `${String(suspended)} tasks wait for tasks of their own, more than maxSuspendedTasks (${String(limit)}); does a task submit itself without end?`,
        ),
      });
      return;
    }
    const entry = functions.ofDescriptor(task.fn);
    const chunk = task.kind === 'call' ? 0 : task.kind === 'chunk' ? wire.chunkFlag : wire.chunkFlag | wire.spreadFlag;
    const flags = chunk | (task.encoded ? wire.encodedFlag : 0) | (entry.captures ? wire.closureFlag : 0);
    const args = entry.captures ? [task.boundFunction, ...(task.args as unknown[])] : (task.args as unknown[]);
    const record = new TaskRecord(owner, entry, args, flags, undefined, settingsOf(task.options, undefined));
    this.#ofWorker(worker).set(task.id, record);
    // The callback of `watch` runs at once. A promise's reaction would not run while the caller blocks.
    watch(record.future, (future) => {
      let outcome: Outcome;
      try {
        outcome = { hasFailed: false, value: future.resultSync() };
      } catch (error) {
        outcome = { hasFailed: true, value: error };
      }
      this.#answer(worker, task.id, outcome);
    });
    this.#parts.accept(record);
  }

  /** The task that submitted this one has cancelled it. */
  cancel(worker: WorkerHandle, id: number): void {
    this.find(worker, id)
      ?.future.abort()
      .catch(() => undefined);
  }

  /** The worker has ended: cancels what its tasks had submitted, since nothing waits for it any more. */
  orphan(worker: WorkerHandle): void {
    const records = this.#unsettled.get(worker);
    if (records === undefined) return;
    for (const record of [...records.values()]) record.future.cancel();
    this.#unsettled.delete(worker);
  }

  #ofWorker(worker: WorkerHandle): Map<number, PlacedTask> {
    let records = this.#unsettled.get(worker);
    if (records === undefined) {
      records = new Map();
      this.#unsettled.set(worker, records);
    }
    return records;
  }

  #answer(worker: WorkerHandle, id: number, outcome: Outcome): void {
    const wasWaiting = this.#unsettled.get(worker)?.delete(id) === true;
    if (!wasWaiting && !outcome.hasFailed) return;
    if (worker.state === 'dead') return;
    postOutcome(outcome, 'result', this.#parts.destination, (status, value, transfer) => {
      worker.post([wire.nestedResult, id, status, value], transfer);
    });
  }
}
