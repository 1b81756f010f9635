/**
 * Whether another thread can still end a wait. A thread has an object from the moment it receives it, whether it uses it or not:
 *
 *   sender ──encode──▶ in transit ──decode──▶ the receiver takes a slot ──its thread ends──▶ the slot is given back
 *            (+ 1)                  (- 1)
 *
 * One encoding can be decoded several times (a map's function), so the count stops at zero. And it can be lost: a task is cancelled before it
 * was sent, a worker ends before it has read its messages. So the main thread, which all other threads descend from, stops
 * believing the count when no thread is left.
 *
 * Invariant: the receiver takes its slot before it takes itself off the count, and who asks reads the count before and after the slots. So
 * a receiver is seen in one of the two.
 */
import { isMainThread } from 'node:worker_threads';
import { inTransit, nowMs, sentAt, type Words } from './layout.js';

/** Threads that `@heddle/threads` did not start have so long to receive what was sent, when there are no others. */
const graceMs = 5000;

/** Set by `@heddle/threads`, of which nothing is loaded here: whether any thread that it started is alive. */
const threadsKey = Symbol.for('heddle.hasThreads');

function hasThreads(): boolean {
  return (globalThis as { [threadsKey]?: () => boolean })[threadsKey]?.() === true;
}

/** It is about to be sent to another thread. */
export function markSent(words: Words): void {
  Atomics.store(words, sentAt, nowMs());
  Atomics.add(words, inTransit, 1);
}

/** This thread has received it, and has a slot. */
export function markReceived(words: Words): void {
  for (let seen = Atomics.load(words, inTransit); seen > 0; seen = Atomics.load(words, inTransit)) {
    if (Atomics.compareExchange(words, inTransit, seen, seen - 1) === seen) return;
  }
}

/** Whether a thread that has no slot yet may still receive it. */
export function mayArrive(words: Words): boolean {
  if (Atomics.load(words, inTransit) === 0) return false;
  if (!isMainThread || hasThreads()) return true;
  const sinceMs = nowMs() - Atomics.load(words, sentAt);
  return sinceMs >= 0 && sinceMs < graceMs;
}
