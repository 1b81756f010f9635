/** Waits count as this long at most, in milliseconds: what is waited for longer is no matter of spinning. */
const mostMs = 0.25;
/** Spinning has to take less than this part of what sleeping takes: it costs a core. */
const worthwhile = 0.7;
/** What one wait weighs in the average of its kind, and one that tries the other kind, which is rare. */
const weight = 1 / 16;
const trialWeight = 1 / 4;
/** Waits from one trial of the other kind to the next: twice as many each time, as long as nothing changes. */
const firstTrial = 8;
const lastTrial = 512;

/**
 * Whether to spin before going to sleep, by trying. A core that is halted takes long to wake, so that spinning is far better on a
 * quiet machine; where others wait for the core, it is far worse: the very thread that is waited for may be among them. So
 * both kinds of waits are timed, and the better one is kept; when there is no difference, that is to sleep.
 */
export class SpinChoice {
  #spinMs: number | undefined;
  #sleepMs: number | undefined;
  #startedAt: number | undefined;
  #spins = false;
  #isTrial = false;
  #trialEvery = firstTrial;
  #untilTrial = firstTrial;

  /** A wait begins, or goes on. @returns whether to spin now */
  begins(now: number): boolean {
    if (this.#startedAt !== undefined) return false;
    this.#startedAt = now;
    this.#untilTrial -= 1;
    this.#isTrial = this.#untilTrial <= 0;
    if (this.#isTrial) {
      this.#trialEvery = Math.min(lastTrial, 2 * this.#trialEvery);
      this.#untilTrial = this.#trialEvery;
    }
    this.#spins = this.#isBetter !== this.#isTrial;
    return this.#spins;
  }

  /** There was no core to spin on. */
  doesNot(): void {
    this.#spins = false;
  }

  /** What was waited for has come. */
  ends(now: number): void {
    if (this.#startedAt === undefined) return;
    const ms = Math.min(mostMs, now - this.#startedAt);
    this.#startedAt = undefined;
    const wasBetter = this.#isBetter;
    if (this.#spins) this.#spinMs = this.#average(this.#spinMs, ms);
    else this.#sleepMs = this.#average(this.#sleepMs, ms);
    if (this.#isBetter !== wasBetter) this.#trialEvery = this.#untilTrial = firstTrial;
  }

  /** Whether spinning is. */
  get #isBetter(): boolean {
    return this.#spinMs === undefined || this.#sleepMs === undefined || this.#spinMs < worthwhile * this.#sleepMs;
  }

  #average(before: number | undefined, ms: number): number {
    return before === undefined ? ms : before + (ms - before) * (this.#isTrial ? trialWeight : weight);
  }
}
