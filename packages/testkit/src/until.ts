/** How long a fact is waited for: only a fault comes near it. */
const limitMs = 30_000;

/**
 * Resolves when the condition holds; the event loop goes on meanwhile.
 *
 * @throws Error naming what was waited for, when it does not hold within 30 s
 */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
