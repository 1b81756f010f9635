interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

/** The waits for each signal. They share one listener, since Node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back when a signal aborts. The signal must not have aborted yet. For authors of functions that wait.
 *
 * @returns a function that takes the callback back; the last one removes the listener
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
