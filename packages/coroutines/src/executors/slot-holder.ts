import type { Admission, Entrant } from './admission.js';

/** Told of one holder more, or less, that has no slot since it awaits. */
export type SuspendedChange = (change: 1 | -1) => void;

/**
 * Who got a slot by an Admission.
 *
 *   holds a slot ──awaits──▶ suspended ──goesOn──▶ holds a slot ──end──▶ over
 *
 * It holds the slot unless it awaits others who need one of the same Admission. It takes the slot back when the last of these is
 * done: the slot which that one has just left, so nobody else gets it between. One that didn't await all it looked at (a race)
 * goes on without a slot until the others are done.
 */
export class SlotHolder {
  readonly admission: Admission;
  readonly #priority: number;
  readonly #suspended: SuspendedChange;
  #awaiting = 0;
  #isSuspended = false;
  #isOver = false;

  constructor(admission: Admission, priority: number, suspended: SuspendedChange) {
    this.admission = admission;
    this.#priority = priority;
    this.#suspended = suspended;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get holdsSlot(): boolean {
    return !this.#isOver && !this.#isSuspended;
  }

  /** It awaits one more. */
  awaits(): void {
    this.#awaiting += 1;
    if (!this.holdsSlot) return;
    this.#isSuspended = true;
    this.#suspended(1);
    this.admission.leave();
  }

  /** One that it awaits is done. */
  goesOn(): void {
    this.#awaiting -= 1;
    if (this.#awaiting > 0 || !this.#isSuspended) return;
    this.#resume();
    this.admission.reenter();
  }

  /** Suspends until the promise is fulfilled and a slot is free. */
  async whileAway<T>(promise: PromiseLike<T>): Promise<T> {
    this.awaits();
    const value = await promise;
    await new Promise<void>((resolve) => {
      this.admission.enqueueFirst(this.#return(resolve));
    });
    return value;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isSuspended) this.#resume();
    else this.admission.leave();
  }

  #resume(): void {
    this.#isSuspended = false;
    this.#suspended(-1);
  }

  #return(resolve: () => void): Entrant {
    return {
      priority: this.#priority,
      isWaiting: true,
      claim: () => false,
      run: () => {
        this.#awaiting -= 1;
        if (this.#isSuspended && this.#awaiting === 0) this.#resume();
        else this.admission.leave(); // it is over, or still awaits something else
        resolve();
      },
    };
  }
}

/** The holders of slots who await something. */
export class Awaiters {
  #holders: SlotHolder[] | undefined;

  /** One gives up its slot until it is there. */
  add(holder: SlotHolder): void {
    if (this.#holders === undefined) this.#holders = [holder];
    else if (this.#holders.includes(holder)) return;
    else this.#holders.push(holder);
    holder.awaits();
  }

  /** It is there. */
  goOn(): void {
    const holders = this.#holders;
    this.#holders = undefined;
    if (holders !== undefined) for (const holder of holders) holder.goesOn();
  }
}
