/** How long a wait may take that has to end: far longer than any does, unless it never would. */
export const patience = { ms: 40_000 };

/** A wait that took longer than it may. */
export class Overdue extends Error {}

/**
 * No wait of a campaign is without an end.
 *
 * @template T
 * @param {number} ms
 * @param {string} what it waits for, for the message
 * @param {PromiseLike<T>} promise
 * @returns {Promise<T>}
 * @throws {Overdue}
 */
export async function within(ms, what, promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Overdue(`${what}: not after ${ms / 1000} s`)), ms);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Looks again and again, for what no event tells.
 *
 * @param {number} ms
 * @param {() => boolean} isSo
 * @returns {Promise<boolean>} false when it never was
 */
export async function becomes(ms, isSo) {
  const end = performance.now() + ms;
  for (let step = 1; !isSo(); step = Math.min(step * 2, 50)) {
    if (performance.now() > end) return false;
    await pause(step);
  }
  return true;
}
