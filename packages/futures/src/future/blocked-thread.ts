/**
 * Tells whether this thread is blocked in `resultSync`. No code of the user runs on a blocked thread. Callbacks of that time are called
 * when the thread continues.
 */

// Shared by all copies of the package in this realm: a task may have loaded another copy than its worker.
const key = Symbol.for('heddle.blockedThread');
const registry = globalThis as { [key]?: { depth: number } | undefined };
const state = (registry[key] ??= { depth: 0 });

/** Runs a function that blocks the thread until a message has come. For authors of executors. */
export function whileBlocked(wait: () => void): void {
  state.depth += 1;
  try {
    wait();
  } finally {
    state.depth -= 1;
  }
}

/** Tells whether the thread is blocked now. For authors of executors. */
export function isBlocked(): boolean {
  return state.depth > 0;
}

/** Calls back now or, if the thread is blocked, when it continues. For authors of executors. */
export function whenUnblocked(callback: () => void): void {
  if (isBlocked()) queueMicrotask(callback);
  else callback();
}
