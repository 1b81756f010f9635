/**
 * Futures about to be settled, one after the other. Done callbacks run in between, and one of them may block on a future whose
 * turn has not come: so who blocks first finishes what is in hand, and the loop that was interrupted finds nothing left.
 */
export class InHand {
  /** The outermost first. */
  readonly #loops: (() => boolean)[] = [];

  /** @param step - does the next thing; answers false when nothing is left */
  run(step: () => boolean): void {
    this.#loops.push(step);
    try {
      exhaust(step);
    } finally {
      this.#loops.pop();
    }
  }

  /** Does something for each of a list, then something at last. */
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

  /** Does all that is left. */
  finish(): void {
    if (this.#loops.length === 0) return;
    for (const step of [...this.#loops]) exhaust(step);
  }
}

function exhaust(step: () => boolean): void {
  while (step());
}
