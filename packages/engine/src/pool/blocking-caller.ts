/**
 * A caller that blocks on a future. It does what its event loop would do for the pool, and nothing else, until the future is
 * done:
 *
 *   dispatch ─▶ receive ─▶ done? endless? late? ─▶ alarms, rebalance, ends of workers ─▶ spin, then sleep ─┐
 *      ▲                                                                                                   │
 *      └──────────────────────────── a worker has posted, or something is due ◀────────────────────────────┘
 *
 * Messages are handled as ever, so futures are settled as ever; what is the user's (done callbacks, callbacks that tasks call,
 * progress) is called when the thread goes on: see blocked-thread.ts of `@heddle/futures`.
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

/** How soon, and then how often, workers that have something to do are looked after: they may have ended without a word. */
const firstProbeMs = 25;
const lastProbeMs = 1000;
/** How soon again, when there was much to do. */
const busyProbeMs = 1;

/** What a blocking caller uses of its pool. */
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
   * @param timeoutMs - milliseconds after which to return; 0: after dealing with what is there
   * @throws DeadlockError when only this thread could bring the task on
   */
  wait(record: PlacedTask, timeoutMs: number): void {
    const { outcomes } = this.#parts;
    const outer = outcomes.awaited; // a done callback may block in its turn
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

/** Of a pool whose workers can't be heard by who blocks. */
export function unheardError(name: string): DeadlockError {
  return new DeadlockError(
    `task "${name}": resultSync() would wait for ever, since the workers of this pool can only be heard through the event loop here; await the future, or use threads`,
  );
}
