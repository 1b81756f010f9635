/**
 * The holder of a lock, in one word that changes without the mutex as long as nobody waits:
 *
 *              tryHold                              a waiter marks it, inside                  handOn, inside
 *   0 (free) ◀─────────▶ slot + 1 ──────────────────▶ slot + 1, awaited ──────────────────────▶ the next one's, or 0
 *              tryLetGo
 *
 * Invariant: while anybody is in the line, the word is marked as awaited. So it is never free while anybody waits. A thread that releases
 * an awaited lock has to go inside, and hands it on there.
 */
import { holder, type Words } from './layout.js';

/** A flag beside the slot + 1. It may still be set when nobody waits any more. */
const awaited = 1 << 20;
/** The word of a broken object: no slot, not free, and negative (semaphore.ts). */
const beyondUse = 1 << 31;

/** Takes the lock if it is free. @param me - slot + 1 */
export function tryHold(words: Words, me: number): boolean {
  return Atomics.compareExchange(words, holder, 0, me) === 0;
}

/** Frees the lock if this thread has it and nobody waits. @param me - slot + 1 */
export function tryLetGo(words: Words, me: number): boolean {
  return Atomics.compareExchange(words, holder, me, 0) === me;
}

/** @returns slot + 1 of the holder; 0 when there is none */
export function holderOf(words: Words): number {
  return Atomics.load(words, holder) & ~awaited;
}

/** Takes the lock, or else marks it as awaited. @returns true when it took it. Inside only */
export function holdOrMark(words: Words, me: number): boolean {
  for (;;) {
    const seen = Atomics.load(words, holder);
    if (seen === 0 ? tryHold(words, me) : (seen & awaited) !== 0 || Atomics.compareExchange(words, holder, seen, seen | awaited) === seen)
      return seen === 0;
  }
}

/** Gives the lock to one that waited for it. Inside only. @param next - slot + 1. @param isAwaited - true when others still wait */
export function giveTo(words: Words, next: number, isAwaited: boolean): void {
  Atomics.store(words, holder, isAwaited ? next | awaited : next);
}

/** Frees the lock, whoever holds it. Inside only, when nobody waits. @returns false when nobody held it */
export function setFree(words: Words): boolean {
  for (;;) {
    const seen = Atomics.load(words, holder);
    if (seen === 0 || Atomics.compareExchange(words, holder, seen, 0) === seen) return seen !== 0;
  }
}

/** Marks the object as broken. Inside only. */
export function setBeyondUse(words: Words): void {
  Atomics.store(words, holder, beyondUse);
}
