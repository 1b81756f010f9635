/**
 * Tasks that tasks submit: they run on the caller's workers, and the worker that submitted them gets the outcome.
 * They go before everything else of their priority, the last first: so a recursion goes deep before it goes wide, and
 * few tasks are suspended at a time.
 */
import { NestingLimitError } from '@heddle/futures';
import { watch } from '@heddle/futures/authors';
import { postOutcome } from '../protocol/post-outcome.js';
import type { Outcome } from '../protocol/read-outcome.js';
import { attachOptions } from '../task/task-extras.js';
import { TaskRecord } from '../task/task-record.js';
import * as wire from '../protocol/wire.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerPool } from './worker-pool.js';

export class NestedTasks {
  readonly #pool: WorkerPool;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  submit(worker: WorkerHandle, task: wire.NestedTask): void {
    const limit = this.#pool.options.maxSuspendedTasks;
    const { suspended } = this.#pool.crew;
    if (suspended > limit) {
      this.#answer(worker, task.id, {
        hasFailed: true,
        value: new NestingLimitError(
          `${String(suspended)} tasks wait for tasks of their own, more than maxSuspendedTasks (${String(limit)}); does a task submit itself without end?`,
        ),
      });
      return;
    }
    const entry = this.#pool.functions.ofDescriptor(task.fn);
    const chunk = task.kind === 'call' ? 0 : task.kind === 'chunk' ? wire.chunkFlag : wire.chunkFlag | wire.spreadFlag;
    const flags = chunk | (task.encoded ? wire.encodedFlag : 0) | (entry.captures ? wire.closureFlag : 0);
    const args = entry.captures ? [task.own, ...(task.args as unknown[])] : (task.args as unknown[]);
    const record = new TaskRecord(this.#pool, entry, args, flags, undefined, attachOptions(task.options, undefined));
    worker.nested.set(task.id, record);
    // At once, not as a reaction of its promise: there are none while the caller blocks.
    watch(record.future, (future) => {
      let outcome: Outcome;
      try {
        outcome = { hasFailed: false, value: future.resultSync() };
      } catch (error) {
        outcome = { hasFailed: true, value: error };
      }
      this.#answer(worker, task.id, outcome);
    });
    this.#pool.acceptNested(record);
  }

  /** The task that submitted it gave it up. */
  cancel(worker: WorkerHandle, id: number): void {
    worker.nested
      .get(id)
      ?.future.abort()
      .catch(() => undefined);
  }

  /** The worker is gone: nobody waits for what it had submitted. */
  orphan(worker: WorkerHandle): void {
    for (const record of [...worker.nested.values()]) record.future.cancel();
    worker.nested.clear();
  }

  #answer(worker: WorkerHandle, id: number, outcome: Outcome): void {
    if (!worker.nested.delete(id) && !outcome.hasFailed) return;
    if (worker.state === 'dead') return;
    postOutcome(outcome, 'result', this.#pool.reach, (status, value, transfer) => {
      worker.post([wire.nestedResult, id, status, value], transfer);
    });
  }
}
