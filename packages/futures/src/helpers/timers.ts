/** setTimeout's ceiling: beyond it a delay would silently become 1 ms. */
const longestDelayMs = 2_147_483_647;

/**
 * Calls back once after `delayMs` milliseconds, however long that is.
 *
 * @param delayMs - milliseconds, 0 or more; `Infinity` never calls back and holds no timer
 * @returns stops the timer; harmless afterwards
 */
export function startTimer(delayMs: number, callback: () => void): () => void {
  if (delayMs === Infinity) return () => undefined;
  let remainingMs = delayMs;
  let timer: ReturnType<typeof setTimeout>;
  const arm = (): void => {
    const step = Math.min(remainingMs, longestDelayMs);
    remainingMs -= step;
    timer = setTimeout(remainingMs > 0 ? arm : callback, step);
  };
  arm();
  return () => {
    clearTimeout(timer);
  };
}
