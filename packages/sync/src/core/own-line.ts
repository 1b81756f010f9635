/**
 * This thread's waiters in one line, in the order in which they came. The first of them get the grants of the thread's slot.
 *
 * A grant is normally taken when it is seen. A grant that is a right to something is taken only when that has been done. Until then it goes
 * to the next waiter if this thread dies.
 *
 * Invariant: all waiters here came after the last flush that was looked at. So a new waiter looks first. When a flush is seen, it concerns
 * all waiters that are left after the grants were given out.
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
  /** The rights that were given out and are not used yet. */
  #unused = 0;

  constructor(words: Words, line: Line, number: number, areRights: boolean) {
    this.#words = words;
    this.#line = line;
    this.#grantsAt = granted + number;
    this.#areRights = areRights;
    this.#flushes = line.flushes;
  }

  /** Gives the grants of this thread's slot to its waiters. Needs no mutex. */
  look(slot: number): void {
    // In this order, so that a grant from before the flush is seen too.
    const { flushes } = this.#line;
    this.#settle(this.#grants(memberAt(slot) + this.#grantsAt), 'granted');
    if (flushes === this.#flushes) return;
    this.#flushes = flushes;
    this.#settle(this.waiters.size, 'flushed');
  }

  /** Marks the right of a waiter as used. Inside only. */
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
