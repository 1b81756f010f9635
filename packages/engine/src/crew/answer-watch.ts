/**
 * The caller's half of a fast round trip. When the program has nothing but one task in flight, on a worker that was
 * spinning when the task was posted, the answer will be here in microseconds: sooner than the event loop can go to sleep
 * and be woken. So the caller watches the worker's count of messages, for some microseconds
 * - never longer than it pays: misses use up credit that hits earn;
 * - never keeping timers and I/O waiting: after half a millisecond of such answers the next comes through the event loop.
 */
import type { EngineClock } from '../waiting/clock.js';
import type { WorkerHandle } from './worker-handle.js';

const polls = 10;
const mostCredit = 16;
/** Watches to leave out after too many misses. */
const penalty = -64;
/** How long answers may be taken without a turn of the event loop. */
const withoutTurnMs = 0.5;

export class AnswerWatch {
  readonly #clock: EngineClock;
  #credit = 4;
  #turnAt = 0;
  #isDelivering = false;

  constructor(clock: EngineClock) {
    this.#clock = clock;
  }

  /** A message arrived; unless it was delivered here, the event loop has turned. */
  arrived(): void {
    if (!this.#isDelivering) this.#turnAt = this.#clock.now();
  }

  /**
   * Waits for the next answer of a worker, if that is likely to be here at once, and delivers it.
   *
   * @param before - what the worker had posted before the task was posted
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
