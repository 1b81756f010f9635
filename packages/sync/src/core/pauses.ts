/**
 * How often who waits looks by itself, in milliseconds: for threads that died, since nobody tells of them. Wake-ups don't need it.
 * To show that, the stress run (tools/stress) makes these endless: a wake-up that is lost is waited for in vain then.
 *
 * `othersMs` is how often it asks whether any other thread is left.
 */
export const pauses: { firstMs: number; longestMs: number; atMutexMs: number; othersMs: number } = {
  firstMs: 50,
  longestMs: 250,
  atMutexMs: 5,
  othersMs: 1000,
};

/** The next pause between two looks. */
export function nextPause(pauseMs: number): number {
  return Math.min(2 * pauseMs, pauses.longestMs);
}
