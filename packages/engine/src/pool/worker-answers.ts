/**
 * Reads messages of results, one task after the other. A done callback in between may block; it then reads the rest
 * itself.
 */
import type { PlacedTask, WorkerHandle } from '../crew/worker-handle.js';
import * as wire from '../protocol/wire.js';
import type { SettleLoop } from '../task/settle-loop.js';
import type { Outcomes } from './outcomes.js';

export interface AnswerEvents {
  /** The worker skipped a task whose withdrawal the caller had given up. */
  readonly skipped: (record: PlacedTask) => void;
  /** The worker has answered for `count` tasks that were in flight there. */
  readonly answered: (worker: WorkerHandle, count: number) => void;
}

export class WorkerAnswers {
  readonly #settleLoop: SettleLoop;
  readonly #outcomes: Outcomes;
  readonly #events: AnswerEvents;

  constructor(settleLoop: SettleLoop, outcomes: Outcomes, events: AnswerEvents) {
    this.#settleLoop = settleLoop;
    this.#outcomes = outcomes;
    this.#events = events;
  }

  /** @param message - [wire.results, busyMs, code, value, code, value, ...] */
  read(worker: WorkerHandle, message: readonly unknown[]): void {
    let count = 0;
    let at = 2;
    this.#settleLoop.run(() => {
      const i = at;
      at += 2;
      if (i < message.length) {
        if (this.#result(worker, message[i] as number, message[i + 1])) count += 1;
        return true;
      }
      if (i < message.length + 2) {
        if (count > 0) worker.sizer.measured(count, message[1] as number);
        this.#events.answered(worker, count);
      }
      return false;
    });
  }

  /** @returns whether the task was in flight */
  #result(worker: WorkerHandle, code: number, value: unknown): boolean {
    const record = worker.take(wire.ticketOf(code));
    if (record === undefined) return false;
    const status = wire.statusOf(code);
    if (status === wire.skipped)
      this.#events.skipped(record); // the worker skipped the task, and the caller had given up its withdrawal: see ledger.ts
    else this.#outcomes.answered(record, status, value);
    return true;
  }
}
