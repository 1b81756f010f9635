/**
 * Enters an object's memory when another thread is inside. It watches for a moment, since that thread leaves within a microsecond, and then
 * sleeps. A thread that sleeps marks the word, so that the one that leaves knows that it has to wake a thread:
 *
 *   0  ◀──leave──  slot + 1  ──a thread sleeps──▶  slot + 1, asleep  ──leave, wakes one──▶  0
 */
import { mutex, type Words } from './layout.js';
import { isDead } from './liveness.js';
import { pauses } from './pauses.js';

/** A flag beside the slot + 1 of the thread inside. */
export const asleep: number = 1 << 20;
/** In place of a slot + 1: a thread that has no slot yet. */
export const newcomer: number = asleep - 1;

const looks = 1000;
/** Only a thread that is not running at all stays inside for so long. */
const suspiciousMs = 25;
/** A newcomer can't be asked whether it lives, so it is taken for dead after this time. */
const givenUpMs = 5000;

/**
 * Enters when the mutex was not free at first.
 *
 * @param me - the slot + 1 of this thread
 * @returns true when it was taken over from a thread that died inside
 */
export function enterSlowly(words: Words, me: number): boolean {
  for (let i = 0; i < looks; i++) {
    if (Atomics.load(words, mutex) === 0 && Atomics.compareExchange(words, mutex, 0, me) === 0) return false;
  }
  const mine = me | asleep; // Others may still sleep.
  let holder = 0;
  let sinceMs = 0;
  for (;;) {
    const seen = Atomics.load(words, mutex);
    if (seen === 0) {
      if (Atomics.compareExchange(words, mutex, 0, mine) === 0) return false;
      continue;
    }
    const marked = seen | asleep;
    if (seen !== marked && Atomics.compareExchange(words, mutex, seen, marked) !== seen) continue;
    if (marked !== holder) [holder, sinceMs] = [marked, performance.now()];
    sleep(words, marked);
    if (
      performance.now() - sinceMs > suspiciousMs &&
      hasDied(words, marked & ~asleep, sinceMs) &&
      Atomics.compareExchange(words, mutex, marked, mine) === marked
    ) {
      return true;
    }
  }
}

function sleep(words: Words, seen: number): void {
  try {
    Atomics.wait(words, mutex, seen, pauses.atMutexMs);
  } catch {
    // A thread that must not block goes on watching.
  }
}

function hasDied(words: Words, holder: number, sinceMs: number): boolean {
  return holder === newcomer ? performance.now() - sinceMs > givenUpMs : isDead(words, holder - 1);
}

export function leave(words: Words): void {
  if (Atomics.exchange(words, mutex, 0) >= asleep) Atomics.notify(words, mutex, 1);
}
