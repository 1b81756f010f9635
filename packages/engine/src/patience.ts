const mostCredit = 16;
/** Watches to leave out after too many misses. */
const penalty = -64;

/** Whether watching pays: hits earn credit, misses use it up, and when there is none the next chances are left out. */
export class Patience {
  #credit = 4;

  /** Asked once for each chance. */
  get isLeft(): boolean {
    if (this.#credit >= 0) return true;
    this.#credit += 1;
    return false;
  }

  hit(): void {
    if (this.#credit < mostCredit) this.#credit += 1;
  }

  missed(): void {
    if (--this.#credit < 0) this.#credit = penalty;
  }
}
