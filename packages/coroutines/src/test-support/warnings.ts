import { runInThisContext } from 'node:vm';

/** A warning as `process` emits it. */
export interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

// Under Jest the global process is a copy that emits nothing.
export const hostProcess = runInThisContext('process') as NodeJS.Process;

/** Resolves with the next warning of a code. */
export function nextWarning(code: string): Promise<Warning> {
  return new Promise((resolve) => {
    const listener = (warning: Warning): void => {
      if (warning.code !== code) return;
      hostProcess.off('warning', listener);
      resolve(warning);
    };
    hostProcess.on('warning', listener);
  });
}
