/** Who waits for which signal: one listener each, however many wait. Node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back when a signal aborts, which it has not yet. @returns ends that */
export function whenAborted(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = waiting.get(signal) ?? new Set();
  if (!waiting.has(signal)) {
    waiting.set(signal, callbacks);
    signal.addEventListener('abort', () => { for (const each of callbacks) each(); }, { once: true });
  }
  callbacks.add(callback);
  return () => { callbacks.delete(callback); };
}
