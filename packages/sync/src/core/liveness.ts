/**
 * Whether the thread of a slot is still there. Node tells nobody when `terminate()` ends a thread, but V8 takes what it waits for
 * off its lists:
 *
 *   member   Atomics.waitAsync(life), eight of them      asker   Atomics.notify(life, 1) ─▶ 1: one waited, it lives
 *            one was used up: another one, next turn                                     ─▶ 0: nobody does, it is dead
 *
 * A thread without a turn (it computes, or blocks) can't renew them: the pause before the next question grows with each one that is
 * used up. When all are, its thread is taken to live.
 *
 * Invariant: of `answers` waits all are pending but `questions`, some of which are being renewed. Both sides change that word by
 * adding, so it needs no mutex.
 */
import { answering, askedAt, leaving, life, memberAt, nowMs, questions, state, type Words } from './layout.js';

const answers = 8;
const firstPauseMs = 50;
const growth = 4;

/** Lets others ask whether this thread lives. @returns stops that */
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
    Atomics.notify(words, at + life); // what is pending must not answer for the next one with this slot
  };
}

/** Asks, unless somebody asked just before. */
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
