/**
 * The waiters of an object in the order in which they came: a ring of runs. A run is a slot, and how many waiters of its thread stand
 * together.
 *
 *   head ──▶ (2, 1) (0, 300) (2, 5) ...      one waiter of slot 2, then 300 of slot 0, then 5 of slot 2
 *
 * All of it happens inside the mutex.
 */
import { entriesOf, lineAt, lineEntries, lineFlushes, lineHead, lineLength, lineWaiters, slotCount, type Words } from './layout.js';

/** An entry is one word: the length of its run in the bits above the slot. */
const slotBits = 12;
const slotMask = (1 << slotBits) - 1;
const oneWaiter = 1 << slotBits;
const longestRun = (1 << (32 - slotBits)) - 1;

export class Line {
  readonly #words: Words;
  readonly #at: number;
  readonly #capacity: number;

  constructor(words: Words, line: number) {
    const slots = Atomics.load(words, slotCount);
    this.#words = words;
    this.#at = lineAt(slots, line);
    this.#capacity = entriesOf(slots);
  }

  /** The number of waiters. */
  get waiters(): number {
    return Atomics.load(this.#words, this.#at + lineWaiters);
  }

  /** The slot of the first; -1 when nobody waits. */
  get first(): number {
    return this.#length === 0 ? -1 : this.#entry(0) & slotMask;
  }

  /** How many times all waiters were sent away. */
  get flushes(): number {
    return Atomics.load(this.#words, this.#at + lineFlushes);
  }

  /** Adds a waiter of this slot at the end. */
  append(slot: number): void {
    const length = this.#length;
    this.#add(lineWaiters, 1);
    if (length > 0) {
      const last = this.#entry(length - 1);
      if ((last & slotMask) === slot && last >>> slotBits < longestRun) {
        this.#setEntry(length - 1, last + oneWaiter);
        return;
      }
    }
    if (length === this.#capacity) this.#putTogether();
    this.#setEntry(this.#length, oneWaiter | slot);
    this.#add(lineLength, 1);
  }

  /** Takes the first waiter out. @returns its slot; -1 when nobody waits */
  takeFirst(): number {
    if (this.#length === 0) return -1;
    const first = this.#entry(0);
    this.#add(lineWaiters, -1);
    if (first >>> slotBits > 1) {
      this.#setEntry(0, first - oneWaiter);
    } else {
      this.#words[this.#at + lineHead] = (Atomics.load(this.#words, this.#at + lineHead) + 1) % this.#capacity;
      this.#add(lineLength, -1);
    }
    return first & slotMask;
  }

  /** Takes one waiter of a slot out of the line. @param position - how many waiters of that slot stand before it */
  remove(slot: number, position: number): void {
    let before = position;
    for (let i = 0; i < this.#length; i++) {
      const entry = this.#entry(i);
      if ((entry & slotMask) !== slot) continue;
      before -= entry >>> slotBits;
      if (before >= 0) continue;
      this.#setEntry(i, entry - oneWaiter);
      this.#add(lineWaiters, -1);
      if (entry >>> slotBits === 1) this.#close(i);
      return;
    }
  }

  /** Takes all waiters of a slot out. */
  removeAll(slot: number): void {
    for (let i = this.#length - 1; i >= 0; i--) {
      const entry = this.#entry(i);
      if ((entry & slotMask) !== slot) continue;
      this.#add(lineWaiters, -(entry >>> slotBits));
      this.#close(i);
    }
  }

  /** Sends all waiters away. @returns their slots */
  flush(): Set<number> {
    const slots = new Set<number>();
    for (let i = 0; i < Math.min(this.#length, this.#capacity); i++) slots.add(this.#entry(i) & slotMask);
    this.#words[this.#at + lineHead] = 0;
    this.#words[this.#at + lineLength] = 0;
    this.#words[this.#at + lineWaiters] = 0;
    this.#add(lineFlushes, 1);
    return slots;
  }

  get #length(): number {
    return Atomics.load(this.#words, this.#at + lineLength);
  }

  #place(i: number): number {
    return this.#at + lineEntries + ((Atomics.load(this.#words, this.#at + lineHead) + i) % this.#capacity);
  }

  #entry(i: number): number {
    return Atomics.load(this.#words, this.#place(i));
  }

  #setEntry(i: number, entry: number): void {
    this.#words[this.#place(i)] = entry;
  }

  #add(field: number, change: number): void {
    const at = this.#at + field;
    Atomics.store(this.#words, at, Atomics.load(this.#words, at) + change);
  }

  /** Removes entry `i`. Neighbours of the same slot stay two entries: there is room. */
  #close(i: number): void {
    for (let k = i; k < this.#length - 1; k++) this.#setEntry(k, this.#entry(k + 1));
    this.#add(lineLength, -1);
  }

  /** Merges the runs of each slot into one, where the first of them stood. */
  #putTogether(): void {
    const runs = new Map<number, number>();
    for (let i = 0; i < this.#length; i++) {
      const entry = this.#entry(i);
      runs.set(entry & slotMask, (runs.get(entry & slotMask) ?? 0) + (entry >>> slotBits));
    }
    let i = 0;
    for (const [slot, count] of runs) this.#setEntry(i++, (count << slotBits) | slot);
    this.#words[this.#at + lineLength] = runs.size;
  }
}
