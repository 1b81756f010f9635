/** The functions of Node, Bun and Deno that `@heddle/coroutines` uses; platform-default.ts is their twin for other platforms. */
import { isMainThread } from 'node:worker_threads';

/** Whether signals of the operating system arrive on this thread. */
export const takesSignals: boolean = isMainThread;

/** Calls back for each of these signals, instead of their default action. @returns restores the default action */
export function onSignals(signals: readonly string[], callback: (signal: string) => void): () => void {
  for (const signal of signals) process.on(signal, callback);
  return () => {
    for (const signal of signals) process.off(signal, callback);
  };
}

/** Sends this process a signal. Without a listener, the signal ends the process. */
export function raise(signal: string): void {
  process.kill(process.pid, signal);
}
