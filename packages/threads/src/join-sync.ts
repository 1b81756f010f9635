import { InvalidStateError } from '@heddle/futures';
import { ownPlace } from './own-place.js';
import { registry, type ThreadPlace } from './thread-registry.js';
import { threadState } from './thread-state.js';

/**
 * How soon the waiting thread first looks for workers that died without a message. It then looks less and less often.
 */
const firstLookMs = 20;
const longestLookMs = 1000;

/**
 * Blocks this thread until another one has ended.
 *
 * @param name - the name of the other thread, for messages
 * @returns whether it has ended
 * @throws InvalidStateError without a timeout when the other thread, perhaps through others, blocks in the same way for
 *   this one
 */
export function joinSync(place: ThreadPlace, name: string, timeoutMs: number | undefined): boolean {
  const own = mayNeverEnd(timeoutMs) ? ownPlace() : undefined;
  const endsAt = performance.now() + (timeoutMs ?? Infinity);
  // The wait is recorded before the check. Of two threads that begin to wait for each other, at least one sees the
  // other's wait.
  if (own !== undefined) registry.setWaitsFor(own, place.serial);
  try {
    if (own !== undefined) checkEnds(place, name, own);
    for (let lookMs = firstLookMs; ; lookMs = Math.min(lookMs * 2, longestLookMs)) {
      if (!registry.isAlive(place)) return true;
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) return false;
      registry.wait(place, Math.min(leftMs, lookMs));
      removeGone();
    }
  } finally {
    if (own !== undefined) registry.setWaitsFor(own, 0);
  }
}

/** Returns whether a wait has no timeout. A wait with a timeout ends even when the threads wait for one another. */
export function mayNeverEnd(timeoutMs: number | undefined): boolean {
  return timeoutMs === undefined || timeoutMs === Infinity;
}

function checkEnds(place: ThreadPlace, name: string, own: ThreadPlace): void {
  const chain = [name];
  const seen = new Set<number>();
  for (let at = registry.waitsFor(place); at !== undefined && !seen.has(at.serial); at = registry.waitsFor(at)) {
    seen.add(at.serial);
    if (at.serial === own.serial)
      throw new InvalidStateError(`joinSync: it would never end: ${chain.join(' waits for ')} waits for this thread`);
    chain.push(registry.facts(at)?.name ?? '?');
  }
}

/**
 * Removes dead threads that were started here from the registry. This thread's event loop does it otherwise, but not
 * while it blocks.
 */
function removeGone(): void {
  for (const worker of threadState.started) {
    if (worker.isGone()) registry.removeWithStarted(worker.place, worker.ident);
  }
}
