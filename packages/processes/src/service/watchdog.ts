import type { ExecutorPulse } from './executor-pulse.js';

/** An executor that is watched. */
export interface Watched {
  /** For messages. */
  readonly name: string;
  readonly pulse: ExecutorPulse;
}

/** The functions that the watchdog uses. */
export interface WatchdogLinks {
  /** @returns all executors that are watched now */
  watched(): Iterable<Watched>;
  feed(): void;
  /** Reports that the watchdog is not fed, because of these executors. Called once, until it is fed again. */
  starves(names: readonly string[]): void;
  /** As setTimeout; returns a function that stops the timer. */
  startTimer(delayMs: number, callback: () => void): () => void;
}

/**
 * Feeds the service manager's watchdog at each beat, or later, as soon as all executors have answered. The event loop answers by running
 * the timer.
 *
 *   beat ──────────── half an interval ─────────── beat
 *    └ asks             └ checks again: an executor     └ asks
 *      feeds when all     that is busy by now can't
 *      have answered      answer, and need not
 */
export class Watchdog {
  readonly #intervalMs: number;
  readonly #links: WatchdogLinks;
  #isFed = true;
  #isStarving = false;
  #stopTimers: (() => void)[] = [];

  constructor(intervalMs: number, links: WatchdogLinks) {
    this.#intervalMs = intervalMs;
    this.#links = links;
  }

  /** Begins with a beat at once. */
  start(): void {
    this.#beat();
  }

  stop(): void {
    for (const stopTimer of this.#stopTimers.splice(0)) stopTimer();
    this.#isFed = true;
  }

  #beat(): void {
    this.stop();
    this.#stopTimers.push(
      this.#links.startTimer(this.#intervalMs, () => {
        this.#beat();
      }),
      this.#links.startTimer(this.#intervalMs / 2, () => {
        this.#look(true);
      }),
    );
    this.#isFed = false;
    for (const { pulse } of this.#links.watched())
      pulse.beat(() => {
        this.#look(false);
      });
    this.#look(false);
  }

  /** @param isLate - true reports the executors that have not answered */
  #look(isLate: boolean): void {
    if (this.#isFed) return;
    const dead = Array.from(this.#links.watched()).filter(({ pulse }) => !pulse.isAlive());
    if (dead.length === 0) {
      this.#isFed = true;
      this.#isStarving = false;
      this.#links.feed();
    } else if (isLate && !this.#isStarving) {
      this.#isStarving = true;
      this.#links.starves(dead.map(({ name }) => name));
    }
  }
}
