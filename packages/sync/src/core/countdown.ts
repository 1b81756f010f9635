/** What is left of a time limit, in milliseconds, each time it is asked. */
export function countdown(timeoutMs: number | undefined): () => number {
  const endMs = performance.now() + (timeoutMs ?? Infinity);
  return () => Math.max(0, endMs - performance.now());
}
