import type { EngineClock } from './clock.js';
import { engineClock } from './engine-clock.js';

interface Alarm {
  /** When the alarm goes off, on the engine's clock. */
  readonly at: number;
  readonly stop: () => void;
  readonly callback: () => void;
}

/**
 * The timers of a pool. They go off from the event loop, and also while the caller blocks and its event loop does not
 * run.
 */
export class Alarms {
  readonly #clock: EngineClock;
  readonly #armed = new Set<Alarm>();

  constructor(clock: EngineClock = engineClock) {
    this.#clock = clock;
  }

  /**
   * Calls `callback` once after `delayMs` milliseconds; see EngineClock.startTimer.
   *
   * @returns a function that stops the alarm; it does nothing after the alarm has gone off
   */
  start(delayMs: number, callback: () => void): () => void {
    if (delayMs === Infinity) return () => undefined;
    const alarm: Alarm = {
      at: this.#clock.now() + delayMs,
      stop: this.#clock.startTimer(delayMs, () => {
        this.#goOff(alarm);
      }),
      callback,
    };
    this.#armed.add(alarm);
    return () => {
      if (this.#armed.delete(alarm)) alarm.stop();
    };
  }

  /** When the next alarm goes off, on the engine's clock. */
  get nextAt(): number {
    let next = Infinity;
    for (const { at } of this.#armed) next = Math.min(next, at);
    return next;
  }

  /** Sets off the alarms whose time has come. */
  ring(now: number): void {
    if (this.#armed.size === 0) return;
    for (const alarm of [...this.#armed]) {
      if (alarm.at > now || !this.#armed.has(alarm)) continue;
      alarm.stop();
      this.#goOff(alarm);
    }
  }

  #goOff(alarm: Alarm): void {
    this.#armed.delete(alarm);
    alarm.callback();
  }
}
