/**
 * The memory of one object, shared by all threads that have it:
 *
 *   int32   0        mutex: 0 when nobody is in, else the slot + 1 of who is; and a flag: somebody sleeps until it is free
 *           1        1 when more than one thread may have it
 *           2        1 when it is broken
 *           3        how many slots there are
 *           4        how many lines
 *           5 .. 8   its name: four random words; one memory arrives as another SharedArrayBuffer object each time
 *           9        1 while more than one word is being written: a thread that dies then leaves something half done
 *           10       how often it was sent to another thread that has not received it yet (others.ts)
 *           11       when it was last sent, in ms
 *           16 ..    words of the object's own; the first: slot + 1 of who holds it (holder.ts)
 *           32 ..    the members: a cache line for each slot, so that who watches its own is not disturbed by others
 *           then     the lines: what line.ts says of each
 *
 * Everything is written inside the mutex, except: `holder`; `inTransit` and `sentAt`; `name` and `isShared` (before another thread has the memory), a member's
 * `state` when it takes a slot, `wakes` and `isAsleep` (by who wakes and who sleeps), and `granted`, from which its own thread
 * takes what there is.
 */
import { availableParallelism } from 'node:os';

export type Words = Int32Array<SharedArrayBuffer>;

export const mutex = 0;
export const isShared = 1;
export const isBroken = 2;
export const slotCount = 3;
export const lineCount = 4;
export const nameWords = 5;
export const isChanging = 9;
export const inTransit = 10;
export const sentAt = 11;
export const holder = 16;
/** The first of 15 words that an object may use as it likes. */
export const ownWords = 17;

const firstMember = 32;
const memberWords = 16;

/** Words of a member. */
export const state = 0;
/** Never changes: what a thread that lives waits on (liveness.ts). */
export const life = 1;
/** Questions that have not been made up for, and when the last one was, in ms. */
export const questions = 2;
export const askedAt = 3;
/** Counts the times it was woken. */
export const wakes = 4;
/** Whether a notify is needed to wake it. */
export const isAsleep = 5;
/** Counts those who have had the slot: who looks twice sees whether it is still the same. */
export const tenure = 6;
/** For each line: grants that its thread has not taken yet. */
export const granted = 8;

/** States of a member. */
export const free = 0;
export const taken = 1;
/** Its thread answers questions: {@link life}. */
export const answering = 2;
/** Its thread lives, and gives it back. */
export const leaving = 3;

/** A line, see line.ts: these words, and then its entries. */
export const lineHead = 0;
export const lineLength = 1;
export const lineWaiters = 2;
/** Counts the times that all were sent away. */
export const lineFlushes = 3;
export const lineEntries = 16;

/** Threads that can use one object at a time. */
export const maxSlots: number = Math.max(128, 4 * availableParallelism());

/** Milliseconds, the same in all threads, within a word. */
export function nowMs(): number {
  return Math.trunc(performance.timeOrigin + performance.now()) & 0x3fffffff;
}

export function memberAt(slot: number): number {
  return firstMember + slot * memberWords;
}

/** @returns how many entries fit into each line: more than slots, so that putting runs together always makes room */
export function entriesOf(slots: number): number {
  return 2 * slots;
}

export function lineAt(slots: number, line: number): number {
  return memberAt(slots) + line * (lineEntries + entriesOf(slots));
}

/** Memory for a new object. */
export function createWords(lines: number, slots: number = maxSlots): Words {
  const words = new Int32Array(new SharedArrayBuffer(lineAt(slots, lines) * Int32Array.BYTES_PER_ELEMENT));
  words[slotCount] = slots;
  words[lineCount] = lines;
  return words;
}
