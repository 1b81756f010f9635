/**
 * Stops running tasks.
 *
 *   abort ─▶ the task's signal aborts ──the task ends──▶ AbortError
 *                     │ graceMs, if it watches its signal; else at once (never, with graceMs: Infinity)
 *                     ▼
 *            AbortError; its worker is condemned: unclaimed neighbours move, claimed ones (suspended tasks) may finish,
 *            then it is stopped, and replaced when tasks wait.
 */
import { encodeValue, type Destination } from '@heddle/serialization';
import type { Crew } from '../crew/crew.js';
import type { Dispatcher } from '../crew/dispatcher.js';
import type { PlacedTask, WorkerHandle } from '../crew/worker-handle.js';
import * as wire from '../protocol/wire.js';
import { createSettings } from '../task/task-settings.js';
import type { Alarms } from '../waiting/alarms.js';

/** How long the claimed neighbours of a task that had to be stopped may take to end. */
const neighbourGraceMs = 1000;

/** The parts of their pool that aborts use. */
export interface AbortsParts {
  readonly crew: Crew;
  readonly dispatcher: Dispatcher;
  readonly alarms: Alarms;
  readonly destination: Destination;
  /** Settles a task with an error. */
  readonly outcomes: { fail(record: PlacedTask, error: unknown): void };
}

export class Aborts {
  readonly #parts: AbortsParts;

  constructor(parts: AbortsParts) {
    this.#parts = parts;
  }

  /** @returns whether the task was stopped; false when it ended with an outcome of its own */
  abort(record: PlacedTask, reason: unknown, graceMs: number): Promise<boolean> {
    const { worker } = record;
    if (worker === undefined) return Promise.resolve(false);
    const settings = (record.settings ??= createSettings());
    const aborting = (settings.aborting ??= { reason, stopped: false });
    const ended = new Promise<boolean>((resolve) => {
      settings.cleanups.push(() => {
        queueMicrotask(() => {
          resolve(aborting.stopped);
        });
      });
    });
    const patienceMs = graceMs === Infinity || worker.isWatching(record.ticket) ? graceMs : 0;
    if (patienceMs === 0) {
      this.#stop(record, worker, aborting);
    } else {
      this.#tell(worker, record, reason);
      settings.cleanups.push(
        this.#parts.alarms.start(patienceMs, () => {
          this.#stop(record, worker, aborting);
        }),
      );
    }
    return ended;
  }

  /**
   * For a task that will not end any more: fails it if it is being aborted.
   *
   * @returns whether the task was being aborted, and has now failed
   */
  failIfAborting(record: PlacedTask): boolean {
    const aborting = record.settings?.aborting;
    if (aborting === undefined) return false;
    aborting.stopped = true;
    this.#parts.outcomes.fail(record, record.aborted(aborting.reason));
    return true;
  }

  #tell(worker: WorkerHandle, record: PlacedTask, reason: unknown): void {
    try {
      const { value, encoded, transfer } = encodeValue(reason, 'reason', true, this.#parts.destination);
      worker.post([wire.abort, record.ticket, value, encoded], transfer);
    } catch {
      worker.post([wire.abort, record.ticket, undefined, false]); // the abort must not fail because its reason cannot travel
    }
  }

  #stop(record: PlacedTask, worker: WorkerHandle, aborting: { readonly reason: unknown; stopped: boolean }): void {
    if (record.worker !== worker) return;
    aborting.stopped = true;
    worker.forget(record);
    worker.condemn();
    this.#parts.dispatcher.takeBack(worker);
    if (worker.inFlight === 0) {
      this.#parts.crew.terminate(worker);
    } else {
      const timer = this.#parts.alarms.start(neighbourGraceMs, () => {
        this.#parts.crew.terminate(worker);
      });
      worker.onEnd(timer);
    }
    this.#parts.outcomes.fail(record, record.aborted(aborting.reason));
    this.#parts.dispatcher.dispatch();
  }
}
