/** Tells whether `Error.stackTraceLimit` can be assigned. It is frozen under `--frozen-intrinsics`, and where an application locks its realm. */
function isAssignable(): boolean {
  return Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true;
}

/**
 * Sets how many frames an error has that is made from now on. Pass the returned value to {@link restoreStacks}. For authors of serializers.
 *
 * @returns the limit before the call; `undefined` when the limit cannot be assigned and did not change
 */
export function limitStacks(frames: number): number | undefined {
  if (!isAssignable()) return undefined;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  return limit;
}

/** Restores the limit that {@link limitStacks} returned. */
export function restoreStacks(limit: number | undefined): void {
  if (limit !== undefined && isAssignable()) Error.stackTraceLimit = limit;
}

/** Runs a call whose errors have this many frames, if the limit can be assigned. */
export function withStackLimit<T>(frames: number, call: () => T): T {
  const limit = limitStacks(frames);
  try {
    return call();
  } finally {
    restoreStacks(limit);
  }
}
