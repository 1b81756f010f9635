import type { SlotClient, SlotQueue } from './slot-queue.js';

/** Called with 1 when a slot becomes suspended, and with -1 when it no longer is. */
export type SuspendedChange = (change: 1 | -1) => void;

/**
 * The slot of one running task or item, from the moment in which a SlotQueue grants it.
 *
 *   held ──startWait──▶ suspended ──endWait──▶ held ──release──▶ released
 *
 * A task holds its slot except while it awaits other tasks that need a slot of the same queue. When the last of these is done, the
 * task takes over the slot which that one has just released, so no other task can get it in between. A task that awaits only some
 * of its nested tasks (a race) runs without a slot until the others are done.
 */
export class Slot {
  readonly #queue: SlotQueue;
  readonly #priority: number;
  readonly #suspended: SuspendedChange;
  /** How many tasks its task has asked for and that are not done. */
  #waits = 0;
  #isSuspended = false;
  #isReleased = false;

  constructor(queue: SlotQueue, priority: number, suspended: SuspendedChange) {
    this.#queue = queue;
    this.#priority = priority;
    this.#suspended = suspended;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  get isHeld(): boolean {
    return !this.#isReleased && !this.#isSuspended;
  }

  /** Its task awaits one more task. */
  startWait(): void {
    this.#waits += 1;
    if (!this.isHeld) return;
    this.#isSuspended = true;
    this.#suspended(1);
    this.#queue.release();
  }

  /** A task that its task awaits is done. */
  endWait(): void {
    this.#waits -= 1;
    if (this.#waits > 0 || !this.#isSuspended) return;
    this.#resume();
    this.#queue.takeOver();
  }

  /** Suspends the slot until the promise is fulfilled and the queue has granted a slot again. */
  async suspendDuring<T>(promise: PromiseLike<T>): Promise<T> {
    this.startWait();
    const value = await promise;
    await new Promise<void>((resolve) => {
      this.#queue.enqueueFirst(this.#returning(resolve));
    });
    return value;
  }

  /** Its task has ended, or was abandoned. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (this.#isSuspended) this.#resume();
    else this.#queue.release();
  }

  #resume(): void {
    this.#isSuspended = false;
    this.#suspended(-1);
  }

  #returning(resolve: () => void): SlotClient {
    return {
      priority: this.#priority,
      isWaiting: true,
      claim: () => false,
      run: () => {
        this.#waits -= 1;
        if (this.#isSuspended && this.#waits === 0) this.#resume();
        else this.#queue.release(); // its task has ended, or still awaits something else
        resolve();
      },
    };
  }
}

/** The slots whose tasks await one and the same task. */
export class AwaitingSlots {
  #slots: Slot[] | undefined;

  /** Suspends a slot until {@link AwaitingSlots.resumeAll}. */
  suspend(slot: Slot): void {
    if (this.#slots === undefined) this.#slots = [slot];
    else if (this.#slots.includes(slot)) return;
    else this.#slots.push(slot);
    slot.startWait();
  }

  /** The awaited task is done. */
  resumeAll(): void {
    const slots = this.#slots;
    this.#slots = undefined;
    if (slots !== undefined) for (const slot of slots) slot.endWait();
  }
}
