/**
 * A caller that blocks on a future. It does what its event loop would do for the pool, and nothing else, until the future is
 * done:
 *
 *   dispatch ─▶ receive ─▶ done? endless? late? ─▶ alarms, rebalance, ends of workers ─▶ spin, then sleep ─┐
 *      ▲                                                                                                   │
 *      └──────────────────────────── a worker has posted, or something is due ◀────────────────────────────┘
 *
 * Messages are handled as ever, so futures are settled as ever; what is the user's (done callbacks, callbacks of links,
 * progress) is called when the thread goes on: see blocked-thread.ts of @heddle/futures.
 */
import { DeadlockError } from '@heddle/futures';
import { whileBlocked } from '@heddle/futures/authors';
import type { Alarms } from '../waiting/alarms.js';
import { awaitBell } from '../waiting/await-bell.js';
import type { InHand } from '../task/in-hand.js';
import type { Bell } from '../protocol/ledger.js';
import { SpinChoice } from '../waiting/spin-choice.js';
import type { TaskRecord } from '../task/task-record.js';
import type { WorkerPool } from './worker-pool.js';

/** How soon, and then how often, workers that have something to do are looked after: they may have ended without a word. */
const firstProbeMs = 25;
const lastProbeMs = 1000;
/** How soon again, when there was much to do. */
const busyProbeMs = 1;

export class BlockingCaller {
  readonly #pool: WorkerPool;
  readonly #bell: Bell;
  readonly #alarms: Alarms;
  readonly #inHand: InHand;
  readonly #choice = new SpinChoice();
  /** What is waited for, by the innermost wait. */
  awaited: TaskRecord | undefined;

  constructor(pool: WorkerPool, bell: Bell, alarms: Alarms, inHand: InHand) {
    this.#pool = pool;
    this.#bell = bell;
    this.#alarms = alarms;
    this.#inHand = inHand;
  }

  /**
   * Waits until a task is settled.
   *
   * @param timeoutMs - milliseconds after which to return; 0: after dealing with what is there
   * @throws DeadlockError when only this thread could bring the task on
   */
  wait(record: TaskRecord, timeoutMs: number): void {
    const outer = this.awaited;
    this.awaited = record;
    try {
      whileBlocked(() => {
        this.#wait(record, timeoutMs);
      });
    } finally {
      this.awaited = outer;
    }
  }

  #wait(record: TaskRecord, timeoutMs: number): void {
    const { dispatcher } = this.#pool;
    const startedAt = performance.now();
    const endAt = startedAt + timeoutMs;
    let tendAt = startedAt;
    let probeAt = startedAt + firstProbeMs;
    dispatcher.flushNow();
    for (let now = startedAt; ; now = performance.now()) {
      const seen = this.#bell.bell();
      this.#receive();
      if (record.future.done()) return;
      if (timeoutMs > 0) this.#refuseEndless(record);
      if (now >= endAt) return;
      if (now >= probeAt) {
        probeAt = now + (this.#probe() ? busyProbeMs : Math.min(lastProbeMs, Math.max(firstProbeMs, (now - startedAt) / 16)));
      }
      this.#alarms.ring(now);
      if (now >= tendAt) tendAt = now + dispatcher.tend();
      if (record.future.done()) return;
      const sleepMs = Math.max(0, Math.min(endAt, probeAt, tendAt, this.#alarms.nextAt) - now);
      awaitBell(this.#bell, seen, now, this.#choice, () => {
        this.#bell.sleep(seen, sleepMs);
      });
      dispatcher.dispatch();
    }
  }

  #receive(): void {
    this.#inHand.finish();
    for (const { channel } of this.#pool.crew.workers) channel?.receive?.();
  }

  #probe(): boolean {
    let isBusy = false;
    for (const { channel } of this.#pool.crew.workers) if (channel?.probe?.() === true) isBusy = true;
    return isBusy;
  }

  #refuseEndless(record: TaskRecord): void {
    const { name } = record;
    if (this.#bell.isDeaf === true) throw unheardError(name);
    if (record.extras?.links?.isAwaited === true) {
      throw new DeadlockError(
        `task "${name}": resultSync() would wait for ever, since the task waits for an answer (of a callback, or a source of items) ` +
          'that only the blocked thread can give; await the future, or let the task not await the answer',
      );
    }
    if (this.#pool.outcomes.isLoading(record)) {
      throw new DeadlockError(
        `task "${name}": resultSync() would wait for ever, since the result holds instances of a class whose module is only now being imported; ` +
          'import the module where resultSync is called, or await the future',
      );
    }
  }
}

/** Of a pool whose workers can't be heard by who blocks. */
export function unheardError(name: string): DeadlockError {
  return new DeadlockError(
    `task "${name}": resultSync() would wait for ever, since the workers of this pool can only be heard through the event loop here; await the future, or use threads`,
  );
}
