import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** How a process ended. */
export interface Fate {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Of those behind the name, from 0. */
const exitCodeField = 49;

/** Of two names of one number the first is Node's: SIGABRT, not SIGIOT. */
const signals = new Map(Object.entries(constants.signals).reverse().map(([name, number]) => [number, name as NodeJS.Signals]));

/**
 * How a child ended that the event loop has not heard of yet: it is there still, for us to ask (a zombie).
 *
 * @returns `undefined` while it runs, and where there is no /proc
 */
export function fateOf(pid: number): Fate | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // "pid (name) state ppid ... exit_code", where the name may hold anything
  const fields = stat.slice(stat.lastIndexOf(')') + 2).trim().split(' ');
  if (fields[0] !== 'Z' && fields[0] !== 'X') return undefined;
  const status = Number(fields[exitCodeField]);
  const signal = status & 0x7f;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: null } : { code: null, signal: signals.get(signal) ?? null };
}
