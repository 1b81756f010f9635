/**
 * The memory of one object, shared by all threads that have it:
 *
 *   int32   0        mutex: 0 when no thread is inside, else its slot + 1; and a flag: a thread sleeps until it is free
 *           1        1 when more than one thread may have it
 *           2        1 when it is broken
 *           3        how many slots there are
 *           4        how many lines
 *           5 .. 8   its name: four random words; one memory arrives as another SharedArrayBuffer object each time
 *           9        1 while more than one word is being written: a thread that dies then leaves something half done
 *           10       how many times it was sent to a thread that has not received it yet (others.ts)
 *           11       when it was last sent, in ms
 *           16 ..    words of the object's own; the first: slot + 1 of its holder (holder.ts)
 *           32 ..    the members: a cache line for each slot, so that a thread that watches its own is not disturbed by others
 *           then     the lines: see line.ts
 *
 * Every word is written inside the mutex, except:
 *
 * - `holder`, `inTransit` and `sentAt`
 * - `name` and `isShared`, before another thread has the memory
 * - a member's `state` when it takes a slot; its `wakes`, by the thread that wakes it; its `isAsleep`, by its own thread
 * - `granted`, from which its own thread takes what there is
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
/** The first of 15 words that an object may use freely. */
export const ownWords = 17;

const firstMember = 32;
const memberWords = 16;

/** Words of a member. */
export const state = 0;
/** Never changes: a thread that lives waits on it (liveness.ts). */
export const life = 1;
/** How many questions have used up a wait that is not renewed yet, and when the last one was asked, in ms. */
export const questions = 2;
export const askedAt = 3;
/** Counts the wake-ups. */
export const wakes = 4;
/** 1 when a notify is needed to wake its thread. */
export const isAsleep = 5;
/** Counts the threads that have had the slot. A thread that reads it twice sees whether the slot has changed hands. */
export const tenure = 6;
/** For each line: the grants that its thread has not taken yet. */
export const granted = 8;

/** States of a member. */
export const free = 0;
export const taken = 1;
/** Its thread answers questions by waiting on {@link life}. */
export const answering = 2;
/** Its thread lives, and is about to give the slot back. */
export const leaving = 3;

/** A line (see line.ts): these words, then its entries. */
export const lineHead = 0;
export const lineLength = 1;
export const lineWaiters = 2;
/** Counts the times that all waiters were sent away. */
export const lineFlushes = 3;
export const lineEntries = 16;

/** How many threads can use one object at once. */
export const maxSlots: number = Math.max(128, 4 * availableParallelism());

/** @returns the time in milliseconds, the same in all threads, cut to fit into a word */
export function nowMs(): number {
  return Math.trunc(performance.timeOrigin + performance.now()) & 0x3fffffff;
}

export function memberAt(slot: number): number {
  return firstMember + slot * memberWords;
}

/** @returns how many entries fit into each line: more than there are slots, so that merging runs always makes room */
export function entriesOf(slots: number): number {
  return 2 * slots;
}

export function lineAt(slots: number, line: number): number {
  return memberAt(slots) + line * (lineEntries + entriesOf(slots));
}

/** Creates the memory of a new object. */
export function createWords(lines: number, slots: number = maxSlots): Words {
  const words = new Int32Array(new SharedArrayBuffer(lineAt(slots, lines) * Int32Array.BYTES_PER_ELEMENT));
  words[slotCount] = slots;
  words[lineCount] = lines;
  return words;
}
