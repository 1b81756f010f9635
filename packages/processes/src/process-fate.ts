import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** How a process ended. */
export interface Fate {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The index among the fields behind the name. */
const exitCodeField = 49;

/** If a number has two names, the first one is Node's: SIGABRT, not SIGIOT. */
const signals = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name as NodeJS.Signals]),
);

/**
 * Tells how a child ended whose end the event loop has not reported yet. Its process entry still exists (a zombie).
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

/** Tells whether a child was stopped (SIGSTOP, a debugger) and can do nothing until it is continued. */
export function isStopped(pid: number): boolean {
  const [state] = fieldsOf(pid);
  return state === 'T' || state === 't';
}

/**
 * Reads "pid (name) state ppid ... exit_code", where the name may hold any characters. @returns the fields behind the name; none where
 * there is no /proc
 */
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
