import type { Words } from './layout.js';

interface AtomicsWithWaitAsync {
  waitAsync(words: Words, index: number, value: number): { async: false; value: string } | { async: true; value: Promise<string> };
}

/** `Atomics.waitAsync`, which Node has since version 16 and TypeScript's library for ES2023 has not. */
export function waitAsync(words: Words, index: number, value: number): ReturnType<AtomicsWithWaitAsync['waitAsync']> {
  return (Atomics as unknown as AtomicsWithWaitAsync).waitAsync(words, index, value);
}
