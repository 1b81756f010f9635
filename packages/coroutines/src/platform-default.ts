/** The twin of platform-node.ts for runtimes without processes: browsers. */

/** There are no signals on these platforms. */
export const takesSignals = false;

export function onSignals(_signals: readonly string[], _callback: (signal: string) => void): () => void {
  return () => undefined;
}

export function raise(_signal: string): void {
  // never called, since onSignals calls nothing back
}
