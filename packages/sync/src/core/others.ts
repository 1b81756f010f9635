/**
 * Tells whether another thread can still end a wait. A thread has an object from the moment it receives it, used or not:
 *
 *   sender ──encode──▶ in transit ──decode──▶ the receiver takes a slot ──its thread ends──▶ the slot is given back
 *            (+ 1)                  (- 1)
 *
 * One encoding can be decoded several times (the function of a map), so the count stops at zero. An encoding can also be lost: a task is
 * cancelled before it is sent, or a worker ends before it has read its messages. So the main thread, from which all other threads descend,
 * ignores the count once no thread is left.
 *
 * Invariant: a receiver takes its slot before it lowers the count. The asking thread reads the count before and after the slots. So it sees
 * the receiver in one of the two.
 */
import { isMainThread } from 'node:worker_threads';
import { inTransit, nowMs, sentAt, type Words } from './layout.js';

/** How long, in ms, a thread that `@heddle/threads` did not start may take to receive what was sent, when there are no others. */
const graceMs = 5000;

/** A function that `@heddle/threads` sets, since nothing of it is loaded here. It tells whether a thread that it started is alive. */
const threadsKey = Symbol.for('heddle.hasThreads');

function hasThreads(): boolean {
  return (globalThis as { [threadsKey]?: () => boolean })[threadsKey]?.() === true;
}

/** Called right before the object is sent to another thread. */
export function markSent(words: Words): void {
  Atomics.store(words, sentAt, nowMs());
  Atomics.add(words, inTransit, 1);
}

/** Called when this thread has received the object and has a slot. */
export function markReceived(words: Words): void {
  for (let seen = Atomics.load(words, inTransit); seen > 0; seen = Atomics.load(words, inTransit)) {
    if (Atomics.compareExchange(words, inTransit, seen, seen - 1) === seen) return;
  }
}

/** Tells whether a thread without a slot may still receive the object. */
export function mayArrive(words: Words): boolean {
  if (Atomics.load(words, inTransit) === 0) return false;
  if (!isMainThread || hasThreads()) return true;
  const sinceMs = nowMs() - Atomics.load(words, sentAt);
  return sinceMs >= 0 && sinceMs < graceMs;
}
