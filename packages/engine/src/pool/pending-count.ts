import { isBlocked } from '@heddle/futures/authors';

/** Counts the tasks that are accepted and not settled. While there are any, the workers keep the program alive. */
export class PendingCount {
  readonly #reference: (on: boolean) => void;
  #value = 0;
  #isLate = false;

  /** @param reference - called with whether the workers keep the program alive from now on */
  constructor(reference: (on: boolean) => void) {
    this.#reference = reference;
  }

  get value(): number {
    return this.#value;
  }

  add(): void {
    this.#value += 1;
    if (this.#value === 1) this.#reference(true);
  }

  remove(): void {
    this.#value -= 1;
    if (this.#value > 0) return;
    if (!isBlocked()) this.#reference(false);
    else if (!this.#isLate) this.#referenceLater(); // a caller that blocks on task after task would switch it each time
  }

  #referenceLater(): void {
    this.#isLate = true;
    queueMicrotask(() => {
      this.#isLate = false;
      if (this.#value === 0) this.#reference(false);
    });
  }
}
