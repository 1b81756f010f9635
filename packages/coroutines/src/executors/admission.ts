/**
 * Who may begin, and when: a number of slots, a rate, and a queue by priority.
 *
 *   enqueue ─▶ queue ─▶ head ─┬─ a slot is free, the rate allows it ─▶ claim, run
 *                             └─ else it waits                           │
 *                     ▲                                                  ▼
 *                   leave, suspend ◀───────────────────────────── holds a slot
 *
 * An entrant may begin several times (the items of a chunk): then it stays at the head until it has claimed the last.
 *
 * Invariants
 * - `#free` + held slots = slots. A suspended holder holds none. One that goes on takes its slot back at once, so `#free` can
 *   be below zero for a while: nobody begins until it is above.
 * - An entrant that waits is either the head or in the queue.
 * - Nothing begins within `enqueue` and `leave`, only in a later microtask: who submits, or ends, is not interrupted.
 */
import { TaskQueue, defer, type Clock } from '@heddle/futures/authors';
import { RateLimit } from './rate-limit.js';

/** Who waits to begin. */
export interface Entrant {
  readonly priority: number;
  /** Whether it still wants to. */
  readonly isWaiting: boolean;
  /** It gets a slot. @returns whether it wants another one, too */
  claim(): boolean;
  /** Begins what it claimed. It has to leave. */
  run(): void;
}

/** The clock is looked at once in so many. */
const startsPerLook = 16;

const settled = Promise.resolve();

export class Admission {
  readonly #slots: number;
  readonly #clock: Clock;
  readonly #rate: RateLimit | undefined;
  readonly #sliceMs: number;
  readonly #queue = new TaskQueue<Entrant>((entrant) => entrant.isWaiting);
  #head: Entrant | undefined;
  #free: number;
  /** Whether the pump will run in a moment. */
  #isAwake = false;
  /** Whether the event loop has its turn first. */
  #isPausing = false;
  /** Stops the rate's timer, while that is to wake it. */
  #stopTimer: (() => void) | undefined;
  #starts = 0;
  #isInSlice = false;
  #sliceBegan = 0;

  /**
   * @param slots - how many may run at a time
   * @param perSecond - how many may begin in a second
   * @param sliceMs - how long those that begin one after the other may keep the event loop from its turn
   */
  constructor(slots: number, perSecond: number, clock: Clock, sliceMs: number) {
    this.#slots = slots;
    this.#free = slots;
    this.#clock = clock;
    this.#sliceMs = sliceMs;
    this.#rate = perSecond === Infinity ? undefined : new RateLimit(perSecond, clock);
  }

  /** Slots that are held. */
  get held(): number {
    return this.#slots - this.#free;
  }

  /** Waits behind all of its priority. */
  enqueue(entrant: Entrant): void {
    if (this.#head !== undefined && entrant.priority > this.#head.priority) this.#putHeadBack();
    this.#queue.push(entrant, entrant.priority);
    this.#wake();
  }

  /** Begins at once, unless it has to wait. @returns whether it has begun */
  enterNow(entrant: Entrant): boolean {
    if (this.#free <= 0 || this.#head?.isWaiting === true || this.#queue.size > 0 || !this.#mayBegin()) return false;
    this.#free -= 1;
    if (entrant.claim()) this.#head = entrant;
    entrant.run();
    return true;
  }

  /** Waits before all of its priority. */
  enqueueFirst(entrant: Entrant): void {
    if (this.#head !== undefined && entrant.priority >= this.#head.priority) this.#putHeadBack();
    this.#queue.unshift(entrant, entrant.priority);
    this.#wake();
  }

  /** One that waits does so no longer: it has said so already. */
  withdraw(entrant: Entrant): void {
    if (this.#head === entrant) this.#head = undefined;
    else this.#queue.forgetOne();
    if (this.#head !== undefined || this.#queue.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** Those that wait, in order. */
  waiting(): Entrant[] {
    this.#putHeadBack();
    const all: Entrant[] = [];
    for (let entrant = this.#queue.shift(); entrant !== undefined; entrant = this.#queue.shift()) all.push(entrant);
    for (const entrant of all) this.#queue.push(entrant, entrant.priority);
    return all;
  }

  /** A slot is free. */
  leave(): void {
    this.#free += 1;
    this.#wake();
  }

  /** Takes a slot without asking: its holder goes on. */
  reenter(): void {
    this.#free -= 1;
  }

  /** Whether who holds a slot may begin again with it; else it has to leave. */
  mayGoOn(entrant: Entrant): boolean {
    if (this.#head !== entrant || this.#free < 0 || !this.#mayBegin()) return false;
    if (!entrant.claim()) this.#head = undefined;
    return true;
  }

  #wake(): void {
    if (this.#isAwake || this.#isPausing || this.#stopTimer !== undefined || this.#free <= 0) return;
    this.#isAwake = true;
    void settled.then(this.#pump); // queueMicrotask would make an AsyncResource each time
  }

  readonly #pump = (): void => {
    this.#isAwake = true; // what runs at once may leave at once: this loop sees to it
    try {
      while (this.#free > 0) {
        const entrant = this.#next();
        if (entrant === undefined) break;
        this.#head = entrant;
        if (!this.#mayBegin()) break;
        this.#free -= 1;
        if (!entrant.claim()) this.#head = undefined;
        entrant.run();
      }
    } finally {
      this.#isAwake = false;
    }
  };

  #next(): Entrant | undefined {
    return this.#head?.isWaiting === true ? this.#head : this.#queue.shift();
  }

  #putHeadBack(): void {
    const head = this.#head;
    this.#head = undefined;
    if (head !== undefined) this.#queue.unshift(head, head.priority);
  }

  /** Whether the rate and the event loop allow one more; else the pump will run when they do. */
  #mayBegin(): boolean {
    if (this.#isPausing || this.#stopTimer !== undefined) return false;
    this.#starts += 1;
    if (!this.#isInSlice && this.#sliceMs !== Infinity) this.#beginSlice();
    if (this.#starts % startsPerLook === 0 && performance.now() - this.#sliceBegan > this.#sliceMs) {
      this.#isPausing = true;
      defer(this.#continue);
      return false;
    }
    if (this.#rate === undefined) return true;
    const waitMs = this.#rate.waitMs();
    if (waitMs === 0) {
      this.#rate.take();
      return true;
    }
    this.#stopTimer = this.#clock.startTimer(waitMs, this.#continue);
    return false;
  }

  readonly #continue = (): void => {
    this.#isPausing = false;
    this.#stopTimer = undefined;
    this.#pump();
  };

  /** A slice is what begins between two turns of the event loop, however often nobody runs meanwhile. */
  #beginSlice(): void {
    this.#isInSlice = true;
    this.#sliceBegan = performance.now();
    defer(this.#endSlice);
  }

  readonly #endSlice = (): void => {
    this.#isInSlice = false;
  };
}
