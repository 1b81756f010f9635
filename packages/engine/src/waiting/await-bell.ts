import type { Watchable } from '../protocol/ledger.js';
import type { TimeSource } from './clock.js';
import type { SpinChoice } from './spin-choice.js';

/** How long a blocking thread spins before it sleeps: as long as it takes to wake it. */
const spinMs = 0.08;

/**
 * Waits for a bell to ring: spins if that pays, then sleeps.
 *
 * @param seen - the value of the bell before the caller of this function looked for messages
 * @param now - the present time
 * @param sleep - sleeps until the bell rings, or for less
 */
export function awaitBell(bell: Watchable, seen: number, now: number, choice: SpinChoice, clock: TimeSource, sleep: () => void): void {
  if (!choice.shouldSpin(now)) sleep();
  else if (!bell.startSpinning()) {
    choice.couldNotSpin();
    sleep();
  } else {
    const hasRung = spin(bell, seen, now + spinMs, clock);
    bell.stopSpinning();
    if (!hasRung) sleep();
  }
  if (bell.bell() !== seen) choice.waitEnded(clock.now());
}

function spin(bell: Watchable, seen: number, endAt: number, clock: TimeSource): boolean {
  do {
    for (let i = 0; i < bell.pollsPerLook; i++) if (bell.bell() !== seen) return true;
  } while (clock.now() < endAt);
  return false;
}
