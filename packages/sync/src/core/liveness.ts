/**
 * Tells whether the thread of a slot still lives. Node sends no notice when `terminate()` ends a thread, but V8 then drops that thread's
 * pending waits from its lists:
 *
 *   member   Atomics.waitAsync(life), eight of them      asker   Atomics.notify(life, 1) ─▶ 1: one waited, it lives
 *            one was used up: another one, next turn                                     ─▶ 0: none waited, it is dead
 *
 * A thread whose event loop gets no turn (it computes, or blocks) can't renew its waits. So the pause before the next question grows with
 * each wait that is used up. When all are used up, its thread counts as alive.
 *
 * Invariant: of `answers` waits all are pending, except as many as `questions` says; some of those are being renewed. Both sides change
 * that word by adding, so it needs no mutex.
 */
import { answering, askedAt, leaving, life, memberAt, nowMs, questions, state, type Words } from './layout.js';

const answers = 8;
const firstPauseMs = 50;
const growth = 4;

/** Lets other threads ask whether this thread lives. @returns a function that ends this */
export function startAnswering(words: Words, slot: number): () => void {
  const at = memberAt(slot);
  let hasStopped = false;
  const answerOnce = (): void => {
    const waiting = Atomics.waitAsync(words, at + life, 0);
    if (waiting.async) void waiting.value.then(renew);
  };
  const renew = (): void => {
    if (hasStopped) return;
    answerOnce();
    Atomics.sub(words, at + questions, 1);
  };
  for (let i = 0; i < answers; i++) answerOnce();
  Atomics.store(words, at + questions, 0);
  Atomics.store(words, at + askedAt, 0);
  Atomics.store(words, at + state, answering);
  return () => {
    hasStopped = true;
    Atomics.store(words, at + state, leaving);
    Atomics.notify(words, at + life); // The pending waits must not answer for the next thread with this slot.
  };
}

/** Asks whether the thread of a slot has died. Returns false without asking when a thread asked just before. */
export function isDead(words: Words, slot: number): boolean {
  const at = memberAt(slot);
  if (Atomics.load(words, at + state) !== answering) return false;
  const used = Atomics.load(words, at + questions);
  if (used >= answers) return false;
  const now = nowMs();
  const sinceMs = now - Atomics.load(words, at + askedAt);
  if (sinceMs >= 0 && sinceMs < firstPauseMs * growth ** used) return false;
  Atomics.store(words, at + askedAt, now);
  Atomics.add(words, at + questions, 1);
  return Atomics.notify(words, at + life, 1) === 0;
}
