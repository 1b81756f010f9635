/**
 * Who holds a lock, in one word that changes without the mutex as long as nobody waits:
 *
 *              tryHold                                who waits marks it, inside                handOn, inside
 *   0 (free) ◀─────────▶ slot + 1 ──────────────────▶ slot + 1, awaited ──────────────────────▶ the next one's, or 0
 *              tryLetGo
 *
 * Invariant: somebody in the line means that it is awaited. So it is never free while anybody waits, and who lets go of what is
 * awaited has to go inside, and hands it on.
 */
import { holder, type Words } from './layout.js';

/** Beside the slot + 1. It may be there still when nobody waits any more. */
const awaited = 1 << 20;
/** A broken object's: nobody's slot, not free, and less than nothing (semaphore.ts). */
const beyondUse = 1 << 31;

/** Takes it, if it is free. @param me - slot + 1 */
export function tryHold(words: Words, me: number): boolean {
  return Atomics.compareExchange(words, holder, 0, me) === 0;
}

/** Frees it, if this one has it and nobody waits. @param me - slot + 1 */
export function tryLetGo(words: Words, me: number): boolean {
  return Atomics.compareExchange(words, holder, me, 0) === me;
}

/** @returns slot + 1 of who has it; 0: nobody */
export function holderOf(words: Words): number {
  return Atomics.load(words, holder) & ~awaited;
}

/** Takes it, or else marks it, for who waits from now on. Inside. */
export function holdOrMark(words: Words, me: number): boolean {
  for (;;) {
    const seen = Atomics.load(words, holder);
    if (seen === 0 ? tryHold(words, me) : (seen & awaited) !== 0 || Atomics.compareExchange(words, holder, seen, seen | awaited) === seen)
      return seen === 0;
  }
}

/** Gives it to one who waited for it. Inside. @param next - slot + 1. @param isAwaited - whether others wait still */
export function giveTo(words: Words, next: number, isAwaited: boolean): void {
  Atomics.store(words, holder, isAwaited ? next | awaited : next);
}

/** Frees it, whoever has it. Inside, when nobody waits. @returns false when nobody had it */
export function setFree(words: Words): boolean {
  for (;;) {
    const seen = Atomics.load(words, holder);
    if (seen === 0 || Atomics.compareExchange(words, holder, seen, 0) === seen) return seen !== 0;
  }
}

/** It is broken. Inside. */
export function setBeyondUse(words: Words): void {
  Atomics.store(words, holder, beyondUse);
}
