interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

/** Who waits for which signal: one listener each, however many wait. Node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back when a signal aborts, which it has not yet. For authors of what waits.
 *
 * @returns ends that; the last one takes the listener away
 */
export function whenAborted(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, listener } = waiting.get(signal) ?? begin(signal);
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    signal.removeEventListener('abort', listener);
    waiting.delete(signal);
  };
}

function begin(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const each of callbacks) each();
  };
  signal.addEventListener('abort', listener);
  const one = { callbacks, listener };
  waiting.set(signal, one);
  return one;
}
