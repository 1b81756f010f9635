/**
 * Settles futures one after the other. Done callbacks run in between, and one of them may block on a future whose turn
 * has not come. The wait then first finishes the steps that are left, and the interrupted loop finds nothing left to
 * do.
 */
export class SettleLoop {
  /** The loops that run now, the outermost first. */
  readonly #loops: (() => boolean)[] = [];

  /** @param step - does the next step; returns false when nothing is left */
  run(step: () => boolean): void {
    this.#loops.push(step);
    try {
      exhaust(step);
    } finally {
      this.#loops.pop();
    }
  }

  /** Calls `work` for each item, and then `atLast`. */
  each<T>(items: readonly T[], work: (item: T) => void, atLast: () => void = () => undefined): void {
    let at = 0;
    this.run(() => {
      const isLeft = at <= items.length;
      const i = at++;
      if (i < items.length) work(items[i] as T);
      else if (isLeft) atLast();
      return isLeft;
    });
  }

  /** Does all steps that are left. */
  finish(): void {
    if (this.#loops.length === 0) return;
    for (const step of [...this.#loops]) exhaust(step);
  }
}

function exhaust(step: () => boolean): void {
  while (step());
}
