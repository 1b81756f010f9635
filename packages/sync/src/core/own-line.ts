/**
 * The waiters of this thread in one line, in the order they came. The first of them get what was granted to the thread's slot.
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
  readonly #number: number;
  #flushes: number;

  constructor(words: Words, line: Line, number: number) {
    this.#words = words;
    this.#line = line;
    this.#number = number;
    this.#flushes = line.flushes;
  }

  /** Gives out what was granted to this thread's slot. Needs no mutex. */
  look(slot: number): void {
    // In this order: a grant that came before the flush is seen too.
    const { flushes } = this.#line;
    const grants = Atomics.exchange(this.#words, memberAt(slot) + granted + this.#number, 0);
    this.#settle(grants, 'granted');
    if (flushes === this.#flushes) return;
    this.#flushes = flushes;
    this.#settle(this.waiters.size, 'flushed');
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
