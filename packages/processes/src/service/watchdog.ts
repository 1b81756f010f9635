import type { ExecutorPulse } from './executor-pulse.js';

/** Who is watched. */
export interface Watched {
  /** For messages. */
  readonly name: string;
  readonly pulse: ExecutorPulse;
}

/** What the watchdog asks of its surroundings. */
export interface WatchdogLinks {
  /** All that are watched now. */
  watched(): Iterable<Watched>;
  feed(): void;
  /** It is not fed, because of these; told once, until it is fed again. */
  starves(names: readonly string[]): void;
  /** As setTimeout; returns what stops the timer. */
  startTimer(delayMs: number, callback: () => void): () => void;
}

/**
 * Feeds the service manager's watchdog at each beat, or later, as soon as all that are watched have answered. That the timer
 * fires at all is the event loop's answer.
 *
 *   beat ──────────── half an interval ─────────── beat
 *    └ asks             └ looks again: who has         └ asks
 *      feeds when all     become busy can't answer
 *      have answered      any more, and need not
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

  /** The first beat is now. */
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

  /** @param isLate - whether who has not answered is told of */
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
