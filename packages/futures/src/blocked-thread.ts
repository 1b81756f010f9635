/**
 * Whether this thread stands still in `resultSync`. Nothing of the user's runs on a thread that stands still: what is to be
 * called meanwhile is called when it goes on.
 */
let depth = 0;

/** Runs what stands still until something has come. For authors of executors. */
export function whileBlocked(wait: () => void): void {
  depth += 1;
  try {
    wait();
  } finally {
    depth -= 1;
  }
}

/** Whether the thread stands still now. For authors of executors. */
export function isBlocked(): boolean {
  return depth > 0;
}

/** Calls back: now, or when the thread goes on. For authors of executors. */
export function whenUnblocked(callback: () => void): void {
  if (depth === 0) callback();
  else queueMicrotask(callback);
}
