/**
 * A caller that blocks on a future. It does the work that its event loop would do for the pool, and nothing else, until
 * the future is settled:
 *
 *   dispatch ─▶ receive ─▶ done? endless? late? ─▶ alarms, rebalance, ends of workers ─▶ spin, then sleep ─┐
 *      ▲                                                                                                   │
 *      └──────────────────────────── a worker has posted, or something is due ◀────────────────────────────┘
 *
 * Messages are handled and futures settled as always. The user's code (done callbacks, callbacks that tasks call,
 * progress) runs when the thread continues: see blocked-thread.ts of `@heddle/futures`.
 */
import { DeadlockError } from '@heddle/futures';
import { whileBlocked } from '@heddle/futures/authors';
import type { Crew } from '../crew/crew.js';
import type { Dispatcher } from '../crew/dispatcher.js';
import type { PlacedTask } from '../crew/worker-handle.js';
import type { Bell } from '../protocol/ledger.js';
import type { SettleLoop } from '../task/settle-loop.js';
import type { Alarms } from '../waiting/alarms.js';
import { awaitBell } from '../waiting/await-bell.js';
import type { EngineClock } from '../waiting/clock.js';
import { SpinChoice } from '../waiting/spin-choice.js';
import type { Outcomes } from './outcomes.js';

/** How soon, and later how often, the caller probes its workers: a worker may have ended without a message. */
const firstProbeMs = 25;
const lastProbeMs = 1000;
/** How soon the caller probes again when a probe found much to do. */
const busyProbeMs = 1;

/** The parts of its pool that a blocking caller uses. */
export interface BlockingCallerParts {
  readonly bell: Bell;
  readonly clock: EngineClock;
  readonly alarms: Alarms;
  readonly crew: Crew;
  readonly dispatcher: Dispatcher;
  readonly outcomes: Outcomes;
  readonly settleLoop: SettleLoop;
}

export class BlockingCaller {
  readonly #parts: BlockingCallerParts;
  readonly #choice = new SpinChoice();

  constructor(parts: BlockingCallerParts) {
    this.#parts = parts;
  }

  /**
   * Waits until a task is settled.
   *
   * @param timeoutMs - milliseconds after which to return; with 0, handles the messages that have arrived and returns
   * @throws DeadlockError when only this thread could bring the task to an end
   */
  wait(record: PlacedTask, timeoutMs: number): void {
    const { outcomes } = this.#parts;
    const outer = outcomes.awaited; // a done callback may itself block
    outcomes.awaited = record;
    try {
      whileBlocked(() => {
        this.#wait(record, timeoutMs);
      });
    } finally {
      outcomes.awaited = outer;
    }
  }

  #wait(record: PlacedTask, timeoutMs: number): void {
    const { bell, clock, alarms, dispatcher } = this.#parts;
    const startedAt = clock.now();
    const endAt = startedAt + timeoutMs;
    let timersAt = startedAt;
    let probeAt = startedAt + firstProbeMs;
    dispatcher.flushNow();
    for (let now = startedAt; ; now = clock.now()) {
      const seen = bell.bell();
      this.#receive();
      if (record.future.done()) return;
      if (timeoutMs > 0) this.#refuseEndless(record);
      if (now >= endAt) return;
      if (now >= probeAt) {
        probeAt = now + (this.#probe() ? busyProbeMs : Math.min(lastProbeMs, Math.max(firstProbeMs, (now - startedAt) / 16)));
      }
      alarms.ring(now);
      if (now >= timersAt) timersAt = now + dispatcher.runOverdueTimers();
      if (record.future.done()) return;
      const sleepMs = Math.max(0, Math.min(endAt, probeAt, timersAt, alarms.nextAt) - now);
      awaitBell(bell, seen, now, this.#choice, clock, () => {
        bell.sleep(seen, sleepMs);
      });
      dispatcher.dispatch();
    }
  }

  #receive(): void {
    this.#parts.settleLoop.finish();
    for (const { channel } of this.#parts.crew.workers) channel?.receive?.();
  }

  #probe(): boolean {
    let isBusy = false;
    for (const { channel } of this.#parts.crew.workers) if (channel?.probe?.() === true) isBusy = true;
    return isBusy;
  }

  #refuseEndless(record: PlacedTask): void {
    const { name } = record;
    if (this.#parts.bell.isDeaf === true) throw unheardError(name);
    if (record.settings?.callerObjectServer?.isAwaited === true) {
      throw new DeadlockError(
        `task "${name}": resultSync() would wait for ever, since the task waits for an answer (of a callback, or a source of items) ` +
          'that only the blocked thread can give; await the future, or let the task not await the answer',
      );
    }
    if (this.#parts.outcomes.isLoading(record)) {
      throw new DeadlockError(
        `task "${name}": resultSync() would wait for ever, since the result holds instances of a class whose module is only now being imported; ` +
          'import the module where resultSync is called, or await the future',
      );
    }
  }
}

/** The error of a pool that a blocking caller cannot receive messages from. */
export function unheardError(name: string): DeadlockError {
  return new DeadlockError(
    `task "${name}": resultSync() would wait for ever, since the workers of this pool can only be heard through the event loop here; await the future, or use threads`,
  );
}
