import { runInThisContext } from 'node:vm';
import { until } from './until.js';

/** A warning as `process` emits it. */
export interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

/**
 * The warnings with this code that come while something runs, and after it until there are `count`.
 *
 * @param matching - those with another message don't count
 * @throws Error when there are not within 30 s
 */
export async function warningsOf(code: string, count: number, body: () => Promise<void>, matching?: RegExp): Promise<Warning[]> {
  const host = runInThisContext('process') as NodeJS.Process; // under Jest the global process is a copy that emits nothing
  const warnings: Warning[] = [];
  const listener = (warning: Warning): void => {
    if (warning.code === code && matching?.test(warning.message) !== false) warnings.push(warning);
  };
  host.on('warning', listener);
  try {
    await body();
    await until(`${String(count)} warnings ${code}`, () => warnings.length >= count);
    return warnings;
  } finally {
    host.off('warning', listener);
  }
}
