/**
 * Stops running tasks.
 *
 *   abort ─▶ the task's signal aborts ──ends by itself──▶ AbortError
 *                     │ graceMs, if it watches its signal; else at once (never, with graceMs: Infinity)
 *                     ▼
 *            AbortError; its worker is condemned: unclaimed neighbours move, claimed ones (suspended tasks) may finish,
 *            then it is stopped, and replaced when tasks wait.
 */
import { encodeValue } from '@heddle/serialization';
import { createExtras } from '../task/task-extras.js';
import type { TaskRecord } from '../task/task-record.js';
import * as wire from '../protocol/wire.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerPool } from './worker-pool.js';

/** How long claimed neighbours of a task that had to be stopped may take to end. */
const neighbourGraceMs = 1000;

export class Aborts {
  readonly #pool: WorkerPool;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  /** @returns whether the task was stopped, rather than ended with an outcome of its own */
  abort(record: TaskRecord, reason: unknown, graceMs: number): Promise<boolean> {
    const { worker } = record;
    if (worker === undefined) return Promise.resolve(false);
    const extras = (record.extras ??= createExtras());
    const aborting = (extras.aborting ??= { reason, stopped: false });
    const ended = new Promise<boolean>((resolve) => {
      extras.cleanups.push(() => {
        queueMicrotask(() => {
          resolve(aborting.stopped);
        });
      });
    });
    const patienceMs = graceMs === Infinity || worker.isWatching(record.word) ? graceMs : 0;
    if (patienceMs === 0) {
      this.#stop(record, worker, aborting);
    } else {
      this.#tell(worker, record, reason);
      extras.cleanups.push(
        this.#pool.alarms.start(patienceMs, () => {
          this.#stop(record, worker, aborting);
        }),
      );
    }
    return ended;
  }

  /** A task is not going to end by itself any more. @returns whether it was being stopped; it then has failed */
  catches(record: TaskRecord): boolean {
    const aborting = record.extras?.aborting;
    if (aborting === undefined) return false;
    aborting.stopped = true;
    this.#pool.failAborted(record, aborting.reason);
    return true;
  }

  #tell(worker: WorkerHandle, record: TaskRecord, reason: unknown): void {
    try {
      const { value, encoded, transfer } = encodeValue(reason, 'reason', true, this.#pool.reach);
      worker.post([wire.abort, record.word, value, encoded], transfer);
    } catch {
      worker.post([wire.abort, record.word, undefined, false]); // a reason that can't travel still aborts
    }
  }

  #stop(record: TaskRecord, worker: WorkerHandle, aborting: { readonly reason: unknown; stopped: boolean }): void {
    if (record.worker !== worker) return;
    aborting.stopped = true;
    worker.forget(record);
    worker.condemned = true;
    this.#pool.dispatcher.takeBack(worker);
    if (worker.inFlight === 0) {
      this.#pool.crew.terminate(worker);
    } else {
      const timer = this.#pool.alarms.start(neighbourGraceMs, () => {
        this.#pool.crew.terminate(worker);
      });
      worker.onEnd(timer);
    }
    this.#pool.failAborted(record, aborting.reason);
    this.#pool.dispatcher.dispatch();
  }
}
