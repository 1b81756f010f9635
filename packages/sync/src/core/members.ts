/** The slots of the threads that have an object, and how to wake one of them. */
import { free, granted, isAsleep, lineCount, memberAt, slotCount, state, taken, tenure, wakes, type Words } from './layout.js';

/** @returns a slot that was free; -1 when there is none */
export function takeSlot(words: Words): number {
  for (let slot = 0; slot < Atomics.load(words, slotCount); slot++) {
    if (Atomics.compareExchange(words, memberAt(slot) + state, free, taken) !== free) continue;
    Atomics.add(words, memberAt(slot) + tenure, 1);
    return slot;
  }
  return -1;
}

/** @returns a number that is another one for each thread that has had the slot */
export function tenureOf(words: Words, slot: number): number {
  return Atomics.load(words, memberAt(slot) + tenure);
}

/** Gives a slot back. Nothing may refer to it any more. @param from - its state, since another thread may have it already */
export function giveSlotBack(words: Words, slot: number, from: number): void {
  Atomics.compareExchange(words, memberAt(slot) + state, from, free);
}

/** @returns all slots that threads have */
export function takenSlots(words: Words): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < Atomics.load(words, slotCount); slot++) {
    if (Atomics.load(words, memberAt(slot) + state) !== free) slots.push(slot);
  }
  return slots;
}

/** Tells whether the thread of a slot has grants that it has not taken. Others can't go on before it takes them. */
export function hasGrants(words: Words, slot: number): boolean {
  for (let line = 0; line < Atomics.load(words, lineCount); line++) {
    if (Atomics.load(words, memberAt(slot) + granted + line) > 0) return true;
  }
  return false;
}

/** Makes another thread look at its grants. */
export function wake(words: Words, slot: number): void {
  const at = memberAt(slot);
  Atomics.add(words, at + wakes, 1);
  // A thread that goes to sleep sets `isAsleep` before it compares `wakes`, so one of the two is always seen.
  if (Atomics.load(words, at + isAsleep) === 1) Atomics.notify(words, at + wakes);
}
