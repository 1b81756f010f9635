/** The longest delay that setTimeout accepts. It silently treats a longer one as 1 ms. */
const longestDelayMs = 2_147_483_647;

/**
 * Calls back once after `delayMs` milliseconds. The delay may be longer than setTimeout allows.
 *
 * @param delayMs - milliseconds, 0 or more; `Infinity` never calls back and holds no timer
 * @returns a function that stops the timer; it does nothing after the callback
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
