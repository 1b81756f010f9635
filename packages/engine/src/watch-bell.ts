import type { Watchable } from './ledger.js';
import type { Patience } from './patience.js';

/** How long a thread that blocks watches before it sleeps: waking it takes as long. */
const watchMs = 0.08;

/**
 * Watches a bell for as long as an answer may take that comes soon.
 *
 * @param seen - what the bell told before messages were looked for
 * @returns whether it rang
 */
export function watchBell(bell: Watchable, seen: number, patience: Patience): boolean {
  if (!patience.isLeft || !bell.startSpinning()) return false;
  const hasRung = watch(bell, seen);
  bell.stopSpinning();
  if (hasRung) patience.hit();
  else patience.missed();
  return hasRung;
}

function watch(bell: Watchable, seen: number): boolean {
  const endAt = performance.now() + watchMs;
  do {
    for (let i = 0; i < bell.pollsPerLook; i++) if (bell.bell() !== seen) return true;
  } while (performance.now() < endAt);
  return false;
}
