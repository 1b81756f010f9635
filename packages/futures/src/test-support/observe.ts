import { runInThisContext } from 'node:vm';

/** A warning as `process` emits it. */
export interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

// Under Jest the global process is a copy that emits nothing.
const host = runInThisContext('process') as NodeJS.Process;

/** Marks a warning that a test has asked for: tools/jest/warning-watch.mjs fails a file that leaves one without the mark. */
const CLAIMED = Symbol.for('heddle.test.claimed');

/** Collects the process's warnings of one code, and claims them, until it is stopped. */
export function collectWarnings(code: string): { readonly warnings: Warning[]; stop: () => void } {
  const warnings: Warning[] = [];
  const listener = (warning: Warning): void => {
    if (warning.code !== code) return;
    Object.defineProperty(warning, CLAIMED, { value: true });
    warnings.push(warning);
  };
  host.on('warning', listener);
  return { warnings, stop: () => void host.off('warning', listener) };
}

/** Runs a function, and waits until it has led to a warning with this code. */
export async function reported(code: string, run: () => unknown): Promise<Warning[]> {
  const { warnings, stop } = collectWarnings(code);
  try {
    await run();
    await until(`a warning ${code}`, () => warnings.length > 0);
    return warnings;
  } finally {
    stop();
  }
}

/** Resolves when the condition holds; rejects if it does not hold within 10 seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Collects garbage until all these objects are gone. */
export async function collected(refs: readonly WeakRef<object>[]): Promise<void> {
  await until('garbage to be collected', () => {
    globalThis.gc?.();
    return refs.every((ref) => ref.deref() === undefined);
  });
}
