/** Whether `Error.stackTraceLimit` may be assigned: it is frozen under `--frozen-intrinsics`, and where an application locks its realm down. */
function isAssignable(): boolean {
  return Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true;
}

/**
 * Sets how many frames the errors made from now on have. Restore it with what this returns. For authors of serializers.
 *
 * @returns the limit to be restored; `undefined` where it can't be assigned: it is as it was
 */
export function limitStacks(frames: number): number | undefined {
  if (!isAssignable()) return undefined;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  return limit;
}

/** Takes back {@link limitStacks}. */
export function restoreStacks(limit: number | undefined): void {
  if (limit !== undefined && isAssignable()) Error.stackTraceLimit = limit;
}

/** Runs a call whose errors have so many frames, where that can be arranged. */
export function withStackLimit<T>(frames: number, call: () => T): T {
  const limit = limitStacks(frames);
  try {
    return call();
  } finally {
    restoreStacks(limit);
  }
}
