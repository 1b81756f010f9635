/** Waits count as this long at most, in milliseconds: what is waited for longer is no matter of spinning. */
const mostMs = 0.25;
/** Spinning has to take less than this part of what sleeping takes: it costs a core. */
const worthwhile = 0.7;
/** What one wait weighs in the average. */
const weight = 1 / 16;
/** Waits in a row of the other kind that make a trial: one alone says little, since the other side needs some to follow suit. */
const trialLength = 8;
/** Waits from one trial to the next: twice as many after each that was lost. */
const firstTrial = 8;
const lastTrial = 1024;

/**
 * Whether to spin before going to sleep, by trying. A core that is halted takes long to wake, so that spinning is far better on a
 * quiet machine; where others wait for the core, it is far worse: the very thread that is waited for may be among them. So
 * both kinds of waits are timed, and the better one is kept; when there is no difference, that is to sleep.
 *
 * What a trial costs is bounded by what it can gain: it ends as soon as it can't be won any more. Nothing is kept of the kind that
 * lost, as times change, most of all those of a program that has just begun.
 */
export class SpinChoice {
  #startedAt: number | undefined;
  /** The kind that is kept. */
  #prefersSpin = true;
  /** What it takes, in milliseconds. */
  #average: number | undefined;
  #trialEvery = firstTrial;
  #untilTrial = firstTrial;
  /** Waits left of the trial that goes on. */
  #trialLeft = 0;
  #trialMs = 0;
  /** Whether this wait is to spin, and found no core. */
  #foundNone = false;

  /** A wait begins, or goes on. @returns whether to spin now */
  begins(now: number): boolean {
    if (this.#startedAt !== undefined) return false;
    this.#startedAt = now;
    this.#foundNone = false;
    if (this.#trialLeft === 0 && --this.#untilTrial <= 0 && this.#average !== undefined) {
      this.#trialLeft = trialLength;
      this.#trialMs = 0;
    }
    return this.#prefersSpin === (this.#trialLeft === 0);
  }

  /** There was no core to spin on: the wait says nothing of spinning. */
  doesNot(): void {
    this.#foundNone = true;
  }

  /** What was waited for has come. */
  ends(now: number): void {
    if (this.#startedAt === undefined) return;
    const ms = Math.min(mostMs, now - this.#startedAt);
    this.#startedAt = undefined;
    if (this.#foundNone) return;
    if (this.#trialLeft > 0) this.#tried(ms);
    else this.#average = this.#average === undefined ? ms : this.#average + (ms - this.#average) * weight;
  }

  #tried(ms: number): void {
    this.#trialMs += ms;
    this.#trialLeft -= 1;
    const average = this.#average ?? 0;
    const mayTake = this.#prefersSpin ? average / worthwhile : average * worthwhile;
    const isLost = this.#trialMs >= mayTake * trialLength;
    if (!isLost && this.#trialLeft > 0) return;
    this.#trialLeft = 0;
    this.#trialEvery = isLost ? Math.min(lastTrial, 2 * this.#trialEvery) : firstTrial;
    this.#untilTrial = this.#trialEvery;
    if (isLost) return;
    this.#prefersSpin = !this.#prefersSpin;
    this.#average = this.#trialMs / trialLength;
  }
}
