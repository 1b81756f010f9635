/**
 * A task that blocks on a task it has submitted. Its worker is blocked: it begins no task, but takes messages as they
 * come and settles the futures that they answer. The worker tells the caller, for two reasons. Its unclaimed tasks have
 * to go to other workers, and workers that all wait for one another would wait for ever.
 *
 *   worker ──blocked(wait, id)──▶ caller: takes back what was sent; is there a worker for task `id`?
 *          ◀──nestedResult(id)─── yes, and the task is settled
 *          ◀──refused(wait)────── no, and there will be none
 *          ──unblocked──────────▶ caller
 */
import { DeadlockError } from '@heddle/futures/errors';
import { whileBlocked } from '@heddle/futures/worker';
import type { Endpoint } from '../protocol/channel.js';
import { readOutcome } from '../protocol/read-outcome.js';
import type { ToWorker } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import { awaitBell } from '../waiting/await-bell.js';
import type { TimeSource } from '../waiting/clock.js';
import { SpinChoice } from '../waiting/spin-choice.js';
import type { RunningTask } from './running-task.js';

/** The nested task that is waited for. */
export interface Awaited {
  readonly id: number;
  readonly name: string;
  readonly future: { done(): boolean };
  /** The task that waits. */
  readonly parent: RunningTask | undefined;
  /** Whether its outcome has arrived, and waits for the import of a class. */
  readonly isLoading: boolean;
}

export class BlockingTask {
  readonly #endpoint: Endpoint;
  readonly #clock: TimeSource;
  readonly #take: (message: ToWorker) => void;
  readonly #choice = new SpinChoice();
  #wait = 0;
  /** The refusal of the wait with this number. */
  #refusal: { readonly wait: number; readonly error: unknown } | undefined;
  /** The reason why the task with this ticket has to stop. */
  #abort: { readonly ticket: number; readonly reason: unknown } | undefined;

  /** @param take - handles a message, but begins no task */
  constructor(endpoint: Endpoint, clock: TimeSource, take: (message: ToWorker) => void) {
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#take = take;
  }

  /**
   * Waits until a task is settled.
   *
   * @param timeoutMs - milliseconds after which to return; with 0, handles the messages that have arrived and returns
   * @throws DeadlockError when no worker is left to run the task; the reason of the abort, when the waiting task is
   *   aborted
   */
  wait(awaited: Awaited, timeoutMs: number): void {
    whileBlocked(() => {
      this.#standStill(awaited, timeoutMs);
    });
  }

  /** The caller has found that a wait can never end. */
  refused(wait: number, error: unknown): void {
    this.#refusal = { wait, error };
  }

  /** The caller aborts a task. */
  aborted(ticket: number, reason: unknown): void {
    this.#abort = { ticket, reason };
  }

  #standStill(awaited: Awaited, timeoutMs: number): void {
    const { future, id, name, parent } = awaited;
    const { ledger } = this.#endpoint;
    const endAt = this.#clock.now() + timeoutMs;
    const wait = ++this.#wait;
    this.#abort = undefined;
    if (timeoutMs > 0) this.#endpoint.post([wire.blocked, wait, id, parent?.ticket ?? -1]);
    try {
      for (;;) {
        const seen = ledger.bell();
        this.#takeAll();
        if (future.done()) return;
        this.#throwIfOver(wait, parent);
        const now = this.#clock.now();
        const leftMs = endAt - now;
        if (leftMs <= 0) return;
        this.#refuseEndless(awaited, name);
        awaitBell(ledger, seen, now, this.#choice, this.#clock, () => {
          this.#endpoint.sleep?.(seen, leftMs);
        });
      }
    } finally {
      if (timeoutMs > 0) this.#endpoint.post([wire.unblocked]);
    }
  }

  /** @throws the error that ends the wait without an outcome, if there is one */
  #throwIfOver(wait: number, parent: RunningTask | undefined): void {
    if (this.#abort !== undefined && this.#abort.ticket === parent?.ticket) throw this.#abort.reason;
    if (this.#refusal?.wait === wait) throw readOutcome(wire.failed | wire.encodedResult, this.#refusal.error).value;
  }

  #takeAll(): void {
    for (let next = this.#endpoint.receive?.(); next !== undefined; next = this.#endpoint.receive?.()) this.#take(next);
  }

  #refuseEndless({ isLoading }: Awaited, name: string): void {
    if (isLoading) {
      throw new DeadlockError(
        `task "${name}": resultSync() would wait for ever, since the result holds instances of a class whose module is only now being imported; ` +
          'import the module in the task that blocks, or await the future',
      );
    }
    if (this.#endpoint.receive !== undefined && this.#endpoint.sleep !== undefined) return;
    throw new DeadlockError(
      `task "${name}": resultSync() would wait for ever, since this worker can only hear of it through its event loop; await the future`,
    );
  }
}
