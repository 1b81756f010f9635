/**
 * The waiters of this thread in one line, in the order they came. The first of them get what was granted to the thread's slot.
 *
 * A grant is taken when it is seen; where it is a right to something that still has to be done, when it is used: until then
 * it goes to the next if this thread dies.
 *
 * Invariant: who is here came after the last flush that was looked at. So a new one looks first, and a flush that is seen
 * concerns all who are left once the grants are given out.
 */
import { granted, memberAt, type Words } from './layout.js';
import type { Line } from './line.js';
import type { Waiter } from './waiter.js';

export class OwnLine {
  readonly waiters: Set<Waiter> = new Set<Waiter>();
  readonly #words: Words;
  readonly #line: Line;
  readonly #grantsAt: number;
  readonly #areRights: boolean;
  #flushes: number;
  /** Rights that were given out and not used. */
  #unused = 0;

  constructor(words: Words, line: Line, number: number, areRights: boolean) {
    this.#words = words;
    this.#line = line;
    this.#grantsAt = granted + number;
    this.#areRights = areRights;
    this.#flushes = line.flushes;
  }

  /** Gives out what was granted to this thread's slot. Needs no mutex. */
  look(slot: number): void {
    // In this order: a grant that came before the flush is seen too.
    const { flushes } = this.#line;
    this.#settle(this.#grants(memberAt(slot) + this.#grantsAt), 'granted');
    if (flushes === this.#flushes) return;
    this.#flushes = flushes;
    this.#settle(this.waiters.size, 'flushed');
  }

  /** A waiter does what it was given the right to. Inside. */
  use(slot: number): void {
    Atomics.sub(this.#words, memberAt(slot) + this.#grantsAt, 1);
    this.#unused -= 1;
  }

  #grants(at: number): number {
    if (!this.#areRights) return Atomics.load(this.#words, at) === 0 ? 0 : Atomics.exchange(this.#words, at, 0);
    const fresh = Atomics.load(this.#words, at) - this.#unused;
    this.#unused += fresh;
    return fresh;
  }

  #settle(count: number, turn: 'granted' | 'flushed'): void {
    let left = count;
    for (const waiter of this.waiters) {
      if (left-- === 0) return;
      this.waiters.delete(waiter);
      waiter.settle(turn);
    }
  }
}
