/** The twin of platform-node.ts for runtimes without processes: browsers. */

/** There are no signals here. */
export const takesSignals = false;

export function onSignals(_signals: readonly string[], _callback: (signal: string) => void): () => void {
  return () => undefined;
}

export function raise(_signal: string): void {
  // nobody could have sent one
}
