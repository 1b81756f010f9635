/** A wait counts as at most this long, in milliseconds. Spinning makes no difference to longer waits. */
const mostMs = 0.25;
/** Spinning has to take less than this fraction of the time that sleeping takes, since it uses a core. */
const worthwhile = 0.7;
/** The weight of one wait in the average. */
const weight = 1 / 16;
/**
 * How many waits in a row of the other kind make a trial. One wait says little, since the other side needs several to
 * adapt.
 */
const trialLength = 8;
/** How many waits lie between two trials. The number doubles after each trial that the other kind lost. */
const firstTrial = 8;
const lastTrial = 1024;

/**
 * Decides by trial whether a thread spins before it goes to sleep. A halted core takes long to wake, so spinning is far
 * better on a quiet machine. Where other threads wait for the core, spinning is far worse: the awaited thread may be
 * among them. Both kinds of waits are therefore timed, and the better one is kept. When there is no difference, that is
 * sleeping.
 *
 * The cost of a trial is bounded by its possible gain: a trial ends as soon as it cannot be won any more. No
 * measurements of the losing kind are kept, since conditions change, most of all in a program that has just begun.
 */
export class SpinChoice {
  #startedAt: number | undefined;
  /** Whether spinning is the kind that is kept. */
  #prefersSpin = true;
  /** How long a wait of the kept kind takes on average, in milliseconds. */
  #average: number | undefined;
  #trialEvery = firstTrial;
  #untilTrial = firstTrial;
  /** How many waits are left of the present trial. */
  #trialLeft = 0;
  #trialMs = 0;
  /** Whether this wait should spin and found no core. */
  #foundNone = false;

  /** A wait begins, or continues. @returns whether to spin now */
  shouldSpin(now: number): boolean {
    if (this.#startedAt !== undefined) return false;
    this.#startedAt = now;
    this.#foundNone = false;
    if (this.#trialLeft === 0 && --this.#untilTrial <= 0 && this.#average !== undefined) {
      this.#trialLeft = trialLength;
      this.#trialMs = 0;
    }
    return this.#prefersSpin === (this.#trialLeft === 0);
  }

  /** There was no core to spin on, so this wait tells nothing about spinning. */
  couldNotSpin(): void {
    this.#foundNone = true;
  }

  /** The wait has ended, since the bell has rung. */
  waitEnded(now: number): void {
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
