/** @returns a function that gives the time left of a limit, in milliseconds */
export function countdown(timeoutMs: number | undefined): () => number {
  const endMs = performance.now() + (timeoutMs ?? Infinity);
  return () => Math.max(0, endMs - performance.now());
}
