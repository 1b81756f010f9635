/**
 * How often a waiting thread checks for dead threads, in milliseconds, since nothing reports them. Wake-ups don't depend on it. The stress
 * run (tools/stress) makes these pauses endless to show that: it hangs if a wake-up is lost.
 *
 * `othersMs` is how often a thread asks whether any other thread is left.
 */
export const pauses: { firstMs: number; longestMs: number; atMutexMs: number; othersMs: number } = {
  firstMs: 50,
  longestMs: 250,
  atMutexMs: 5,
  othersMs: 1000,
};

/** @returns the next pause between two checks */
export function nextPause(pauseMs: number): number {
  return Math.min(2 * pauseMs, pauses.longestMs);
}
