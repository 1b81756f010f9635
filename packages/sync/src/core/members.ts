/** The slots of an object's threads, and how to wake one. */
import { free, granted, isAsleep, lineCount, memberAt, slotCount, state, taken, tenure, wakes, type Words } from './layout.js';

/** @returns a slot that nobody had; -1 when there is none */
export function takeSlot(words: Words): number {
  for (let slot = 0; slot < Atomics.load(words, slotCount); slot++) {
    if (Atomics.compareExchange(words, memberAt(slot) + state, free, taken) !== free) continue;
    Atomics.add(words, memberAt(slot) + tenure, 1);
    return slot;
  }
  return -1;
}

/** Who has had a slot until now: another number for each. */
export function tenureOf(words: Words, slot: number): number {
  return Atomics.load(words, memberAt(slot) + tenure);
}

/** Nothing may refer to the slot any more. @param from - its state: it may be that another thread has it already */
export function giveSlotBack(words: Words, slot: number, from: number): void {
  Atomics.compareExchange(words, memberAt(slot) + state, from, free);
}

/** All slots that threads have. */
export function takenSlots(words: Words): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < Atomics.load(words, slotCount); slot++) {
    if (Atomics.load(words, memberAt(slot) + state) !== free) slots.push(slot);
  }
  return slots;
}

/** Whether the thread of a slot has grants that it has not taken: others can't go on before it does. */
export function hasGrants(words: Words, slot: number): boolean {
  for (let line = 0; line < Atomics.load(words, lineCount); line++) {
    if (Atomics.load(words, memberAt(slot) + granted + line) > 0) return true;
  }
  return false;
}

/** Has another thread look what it was granted. */
export function wake(words: Words, slot: number): void {
  const at = memberAt(slot);
  Atomics.add(words, at + wakes, 1);
  // Who goes to sleep says so before it compares `wakes`: one of the two is seen.
  if (Atomics.load(words, at + isAsleep) === 1) Atomics.notify(words, at + wakes);
}
