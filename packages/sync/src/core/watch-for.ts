import { availableParallelism } from 'node:os';

/** How long a thread that blocks watches before it sleeps, because waking another core takes longer. On one core nothing could change. */
export const watchMs: number = availableParallelism() > 1 ? 0.02 : 0;
const looksPerClock = 50;

/** Looks for something again and again, for a moment. @returns true when it has happened */
export function watchFor(hasHappened: () => boolean, untilMs: number): boolean {
  while (performance.now() < untilMs) {
    for (let i = 0; i < looksPerClock; i++) if (hasHappened()) return true;
  }
  return false;
}
