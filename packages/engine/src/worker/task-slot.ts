/**
 * The slot of a worker, and its suspended tasks. Each change goes to the ledger at once.
 *
 * Invariant: at most one task holds the slot. A task that awaits unsettled nested futures has given its slot away
 * (suspended).
 */
import type { Endpoint } from '../protocol/channel.js';
import type { WorkerLedger } from '../protocol/ledger.js';
import * as wire from '../protocol/wire.js';
import type { RunningTask } from './running-task.js';

/** The part of the worker's loop that its other parts use. */
export interface LoopServices {
  /** Runs tasks while the slot is free. */
  work(): void;
  /**
   * Runs a part of the loop. If it throws (a task may have broken the globals or closed the channel), the worker ends,
   * even where the user catches uncaught exceptions.
   */
  safely(part: () => void): void;
}

export class TaskSlot {
  readonly #endpoint: Endpoint;
  readonly #ledger: WorkerLedger;
  readonly #loop: LoopServices;
  /** The task that holds the slot. */
  #holder: RunningTask | undefined;

  constructor(endpoint: Endpoint, loop: LoopServices) {
    this.#endpoint = endpoint;
    this.#ledger = endpoint.ledger;
    this.#loop = loop;
  }

  get holder(): RunningTask | undefined {
    return this.#holder;
  }

  isFree(): boolean {
    return this.#holder === undefined;
  }

  /** A task begins. The slot must be free. */
  take(task: RunningTask): void {
    this.#holder = task;
    this.#ledger.hold(true);
  }

  /** The task has ended. */
  ended(task: RunningTask): void {
    this.#release(task);
    if (task.suspended) this.#ledger.suspend(-1);
  }

  /** The task awaits a nested task, or the answer to a call. */
  awaits(task: RunningTask, callId?: number): void {
    if (task.isEnded) return;
    task.awaiting += 1;
    if (callId !== undefined) task.awaitedCalls.push(callId);
    if (task.isAsync) this.suspend(task);
  }

  /** The task awaits nested tasks or answers. Frees its slot and tells the caller. */
  suspend(task: RunningTask): void {
    if (task.suspended) {
      if (task.awaitedCalls.length > 0) this.#tellAwaited(task);
      return;
    }
    task.suspended = true;
    this.#ledger.suspend(1);
    this.#release(task);
    this.#tellAwaited(task);
    queueMicrotask(() => {
      this.#loop.safely(() => {
        this.#loop.work();
      });
    });
  }

  /** A nested task or an answer that the task awaited has arrived. */
  resumes(task: RunningTask): void {
    if (task.isEnded) return; // it ended without waiting for the futures it had looked at
    task.awaiting -= 1;
    if (task.awaiting > 0 || !task.suspended) return;
    task.suspended = false;
    this.#ledger.suspend(-1);
    this.#holder ??= task;
    this.#ledger.hold(true);
  }

  #release(task: RunningTask): void {
    if (this.#holder !== task) return;
    this.#holder = undefined;
    this.#ledger.hold(false);
  }

  #tellAwaited(task: RunningTask): void {
    this.#endpoint.post([wire.suspended, task.ticket, ...task.awaitedCalls]);
    task.awaitedCalls = [];
  }
}
