/**
 * Keeps the program alive while a caller waits for another process, and only then. It holds the handles of daemon processes; in a child
 * process also the channel to its parent.
 */
import { shared } from '@heddle/serialization/worker';

interface Keeping {
  ref(): void;
  unref(): void;
}

/** Shared, since the entry of a process is a file of its own, with a copy of this module. */
const state = shared('processWaits', () => ({ waits: 0, keeping: new Set<Keeping>() }));

/** Makes a handle keep the program alive only while a caller waits. */
export function keepWhileWaiting(keeping: Keeping): void {
  state.keeping.add(keeping);
  if (state.waits > 0) keeping.ref();
  else keeping.unref();
}

/** Removes a handle that is gone. */
export function forget(keeping: Keeping): void {
  state.keeping.delete(keeping);
}

/** Begins a wait. @returns a function that ends the wait */
export function beginWait(): () => void {
  if (state.waits++ === 0) for (const each of state.keeping) each.ref();
  return () => {
    if (--state.waits === 0) for (const each of state.keeping) each.unref();
  };
}
