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
const signals = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name as NodeJS.Signals]),
);

/**
 * How a child ended that the event loop has not heard of yet: it is there still, for us to ask (a zombie).
 *
 * @returns `undefined` while it runs, and where there is no /proc
 */
export function fateOf(pid: number): Fate | undefined {
  const fields = fieldsOf(pid);
  if (fields[0] !== 'Z' && fields[0] !== 'X') return undefined;
  const status = Number(fields[exitCodeField]);
  const signal = status & 0x7f;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: null } : { code: null, signal: signals.get(signal) ?? null };
}

/** Whether a child was stopped (SIGSTOP, a debugger), and can do nothing until it is continued. */
export function isStopped(pid: number): boolean {
  const [state] = fieldsOf(pid);
  return state === 'T' || state === 't';
}

/** "pid (name) state ppid ... exit_code", where the name may hold anything. @returns what is behind the name; nothing where there is no /proc */
function fieldsOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return stat
      .slice(stat.lastIndexOf(')') + 2)
      .trim()
      .split(' ');
  } catch {
    return [];
  }
}
