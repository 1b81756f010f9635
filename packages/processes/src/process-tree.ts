import { readFileSync, readdirSync } from 'node:fs';

/**
 * @returns all processes below one, as far as the system tells (Linux), also those in groups and sessions of their own. A process whose
 *   parent left it on purpose (a daemon that forked twice) has no parent any more, and is not among them.
 */
export function descendants(pid: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const [child, parent] of parents()) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), child]);
  const found: number[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const children = childrenOf.get(next) ?? [];
    found.push(...children);
    waiting.push(...children);
  }
  return found;
}

/** @returns every process with its parent; none where there is no /proc */
function parents(): [pid: number, parent: number][] {
  const all: [number, number][] = [];
  for (const name of list('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // "pid (name) state ppid ...", where the name may hold any characters.
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      all.push([Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]);
    } catch {
      continue; // It has ended meanwhile.
    }
  }
  return all;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
