/**
 * Whether this thread stands still in `resultSync`. Nothing of the user's runs on a thread that stands still: what is to be
 * called meanwhile is called when it goes on.
 */

// Shared by all copies of the package in this realm: a task may have loaded another copy than its worker.
const key = Symbol.for('heddle.blockedThread');
const registry = globalThis as { [key]?: { depth: number } | undefined };
const state = (registry[key] ??= { depth: 0 });

/** Runs what stands still until something has come. For authors of executors. */
export function whileBlocked(wait: () => void): void {
  state.depth += 1;
  try {
    wait();
  } finally {
    state.depth -= 1;
  }
}

/** Whether the thread stands still now. For authors of executors. */
export function isBlocked(): boolean {
  return state.depth > 0;
}

/** Calls back: now, or when the thread goes on. For authors of executors. */
export function whenUnblocked(callback: () => void): void {
  if (isBlocked()) queueMicrotask(callback);
  else callback();
}
