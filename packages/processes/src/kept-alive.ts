/**
 * What keeps the program alive while somebody waits for another process, and doesn't otherwise: the handles of daemon
 * processes, and in a process the channel to its parent.
 */
import { shared } from '@heddle/serialization/worker';

interface Keeping {
  ref(): void;
  unref(): void;
}

/** A process's entry is a file of its own, with a copy of this module. */
const state = shared('processWaits', () => ({ waits: 0, keeping: new Set<Keeping>() }));

/** From now on it keeps the program alive only while somebody waits. */
export function keepWhileWaiting(keeping: Keeping): void {
  state.keeping.add(keeping);
  if (state.waits > 0) keeping.ref();
  else keeping.unref();
}

/** It is gone. */
export function forget(keeping: Keeping): void {
  state.keeping.delete(keeping);
}

/** Somebody waits. @returns ends the wait */
export function beginWait(): () => void {
  if (state.waits++ === 0) for (const each of state.keeping) each.ref();
  return () => {
    if (--state.waits === 0) for (const each of state.keeping) each.unref();
  };
}
