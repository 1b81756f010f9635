/** What `@heddle/coroutines` asks of Node (also Bun and Deno); platform-default.ts is its twin elsewhere. */
import { isMainThread } from 'node:worker_threads';

/** Whether this is where signals of the operating system arrive. */
export const takesSignals: boolean = isMainThread;

/** Calls back for each of these signals, in the place of their default action. @returns takes that back */
export function onSignals(signals: readonly string[], callback: (signal: string) => void): () => void {
  for (const signal of signals) process.on(signal, callback);
  return () => {
    for (const signal of signals) process.off(signal, callback);
  };
}

/** Sends this process a signal: with nobody who listens to it, that ends the process. */
export function raise(signal: string): void {
  process.kill(process.pid, signal);
}
