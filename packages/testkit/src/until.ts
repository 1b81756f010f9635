/** The limit of a wait, in milliseconds. Only a fault reaches it. */
const limitMs = 30_000;

/**
 * Resolves when the condition holds. The event loop keeps running in the meantime.
 *
 * @param what - a name of the condition, for the error
 * @throws Error that names the condition, when it does not hold within 30 s
 */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
