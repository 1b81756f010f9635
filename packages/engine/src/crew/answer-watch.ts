/**
 * The caller's half of a fast round trip. It applies when one task is the only one in flight and its worker was
 * spinning when the task was posted. Such an answer arrives within microseconds, sooner than the event loop could go to
 * sleep and wake. The caller therefore watches the worker's count of messages for some microseconds. Two rules bound
 * the watch:
 *
 * - Misses use up credit that hits earn, so the caller stops watching when it does not pay.
 * - After half a millisecond of such answers the next one comes through the event loop, so timers and I/O do not wait
 *   longer.
 */
import type { EngineClock } from '../waiting/clock.js';
import type { WorkerHandle } from './worker-handle.js';

const polls = 10;
const mostCredit = 16;
/** How many watches the caller leaves out after too many misses, as negative credit. */
const penalty = -64;
/** How long the caller may take answers without a turn of the event loop. */
const withoutTurnMs = 0.5;

export class AnswerWatch {
  readonly #clock: EngineClock;
  #credit = 4;
  #turnAt = 0;
  #isDelivering = false;

  constructor(clock: EngineClock) {
    this.#clock = clock;
  }

  /** A message arrived. Unless this watch delivered it, the event loop has turned. */
  arrived(): void {
    if (!this.#isDelivering) this.#turnAt = this.#clock.now();
  }

  /**
   * Waits for the next answer of a worker, if it is likely to come at once, and delivers it.
   *
   * @param before - how many messages the worker had posted before the task was posted
   */
  wait(worker: WorkerHandle, before: number): void {
    if (this.#credit < 0) {
      this.#credit += 1;
      return;
    }
    const { watchMs } = worker;
    const startedAt = this.#clock.now();
    if (startedAt - this.#turnAt > withoutTurnMs) return;
    do {
      for (let i = 0; i < polls; i++) {
        if (worker.posted === before) continue;
        if (this.#credit < mostCredit) this.#credit += 1;
        this.#isDelivering = true;
        worker.channel?.receive?.();
        this.#isDelivering = false;
        return;
      }
    } while (this.#clock.now() - startedAt < watchMs);
    if (--this.#credit < 0) this.#credit = penalty;
  }
}
