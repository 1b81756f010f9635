/**
 * Grants slots by priority. It limits how many slots are held at the same time, and how many are claimed in a second.
 *
 *   enqueue ─▶ queue ─▶ head ─┬─ a slot is free and the rate allows a start ─▶ claim, run
 *                             └─ else it waits                                  │
 *                     ▲                                                         ▼
 *                   release ◀─────────────────────────────────────────── holds a slot
 *
 * A client may claim several slots (the items of a chunk). It stays at the head until it has claimed the last one.
 *
 * Invariants
 * - `#free` + held slots = slots. A suspended slot is not held. A task that resumes takes its slot back at once, so `#free` can
 *   be negative for a while: no client claims a slot until it is positive.
 * - A client that waits is either the head or in the queue.
 * - `enqueue` and `release` start nothing; a later microtask does. A submitting task, or one that ends, is therefore not interrupted.
 */
import { TaskQueue, defer, type Clock } from '@heddle/futures/authors';
import { RateLimit } from './rate-limit.js';

/** Something that needs a slot to run. */
export interface SlotClient {
  readonly priority: number;
  /** Whether it still needs a slot. */
  readonly isWaiting: boolean;
  /** It is granted a slot. @returns whether it needs another one as well */
  claim(): boolean;
  /** Runs what it claimed the slot for. The client has to release the slot when that has ended. */
  run(): void;
}

/** The time is read once in this number of starts. */
const startsPerTimeCheck = 16;

const resolved = Promise.resolve();

export class SlotQueue {
  readonly #slots: number;
  readonly #clock: Clock;
  readonly #rate: RateLimit | undefined;
  readonly #sliceMs: number;
  readonly #queue = new TaskQueue<SlotClient>((client) => client.isWaiting);
  #head: SlotClient | undefined;
  #free: number;
  /** Whether a microtask that runs the pump is scheduled, or the pump runs. */
  #isAwake = false;
  /** Whether the event loop has a turn before the next start. */
  #isPausing = false;
  /** Stops the timer of the rate limit, while there is one; its end runs the pump. */
  #stopTimer: (() => void) | undefined;
  #starts = 0;
  #isInSlice = false;
  #sliceBegan = 0;

  /**
   * @param slots - how many slots can be held at the same time
   * @param perSecond - how many slots can be claimed in a second
   * @param sliceMs - for how many milliseconds consecutive starts may keep the event loop from having a turn
   */
  constructor(slots: number, perSecond: number, clock: Clock, sliceMs: number) {
    this.#slots = slots;
    this.#free = slots;
    this.#clock = clock;
    this.#sliceMs = sliceMs;
    this.#rate = perSecond === Infinity ? undefined : new RateLimit(perSecond, clock);
  }

  /** How many slots are held. */
  get held(): number {
    return this.#slots - this.#free;
  }

  /** Adds a client behind all others of its priority. */
  enqueue(client: SlotClient): void {
    if (this.#head !== undefined && client.priority > this.#head.priority) this.#putHeadBack();
    this.#queue.push(client, client.priority);
    this.#wake();
  }

  /** Starts a client at once, unless it has to wait. @returns whether it was started */
  startNow(client: SlotClient): boolean {
    if (this.#free <= 0 || this.#head?.isWaiting === true || this.#queue.size > 0 || !this.#mayStart()) return false;
    this.#free -= 1;
    if (client.claim()) this.#head = client;
    client.run();
    return true;
  }

  /** Adds a client before all others of its priority. */
  enqueueFirst(client: SlotClient): void {
    if (this.#head !== undefined && client.priority >= this.#head.priority) this.#putHeadBack();
    this.#queue.unshift(client, client.priority);
    this.#wake();
  }

  /** Removes a client that waits. Its `isWaiting` is false already. */
  withdraw(client: SlotClient): void {
    if (this.#head === client) this.#head = undefined;
    else this.#queue.forgetOne();
    if (this.#head !== undefined || this.#queue.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** The clients that wait, in order. */
  waiting(): SlotClient[] {
    this.#putHeadBack();
    const all: SlotClient[] = [];
    for (let client = this.#queue.shift(); client !== undefined; client = this.#queue.shift()) all.push(client);
    for (const client of all) this.#queue.push(client, client.priority);
    return all;
  }

  /** A slot is no longer held. */
  release(): void {
    this.#free += 1;
    this.#wake();
  }

  /** Takes a slot without waiting, for a task that resumes. */
  takeOver(): void {
    this.#free -= 1;
  }

  /** Lets a client that holds a slot claim once more with the same slot. @returns false when it has to release the slot instead */
  claimAgain(client: SlotClient): boolean {
    if (this.#head !== client || this.#free < 0 || !this.#mayStart()) return false;
    if (!client.claim()) this.#head = undefined;
    return true;
  }

  #wake(): void {
    if (this.#isAwake || this.#isPausing || this.#stopTimer !== undefined || this.#free <= 0) return;
    this.#isAwake = true;
    void resolved.then(this.#pump); // queueMicrotask would make an AsyncResource each time
  }

  readonly #pump = (): void => {
    this.#isAwake = true; // a client may run and release its slot at once: this loop uses that slot, and no microtask is needed
    try {
      while (this.#free > 0) {
        const client = this.#next();
        if (client === undefined) break;
        this.#head = client;
        if (!this.#mayStart()) break;
        this.#free -= 1;
        if (!client.claim()) this.#head = undefined;
        client.run();
      }
    } finally {
      this.#isAwake = false;
    }
  };

  #next(): SlotClient | undefined {
    return this.#head?.isWaiting === true ? this.#head : this.#queue.shift();
  }

  #putHeadBack(): void {
    const head = this.#head;
    this.#head = undefined;
    if (head !== undefined) this.#queue.unshift(head, head.priority);
  }

  /** Whether the rate and the event loop allow one more start. If not, the pump runs when they do. */
  #mayStart(): boolean {
    if (this.#isPausing || this.#stopTimer !== undefined) return false;
    this.#starts += 1;
    if (!this.#isInSlice && this.#sliceMs !== Infinity) this.#beginSlice();
    if (this.#starts % startsPerTimeCheck === 0 && performance.now() - this.#sliceBegan > this.#sliceMs) {
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

  /** A slice is the time between two turns of the event loop, whether or not tasks run in all of it. */
  #beginSlice(): void {
    this.#isInSlice = true;
    this.#sliceBegan = performance.now();
    defer(this.#endSlice);
  }

  readonly #endSlice = (): void => {
    this.#isInSlice = false;
  };
}
