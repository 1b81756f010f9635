// What the processes that this one started use, from /proc: on Linux only.
import { readdirSync, readFileSync } from 'node:fs';
import { Absent } from './absent.mjs';

/** @param {string} path @returns {string} nothing when the process is gone */
const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/**
 * The children of this process, theirs, and so on.
 * @returns {number[]} their ids
 * @throws {Absent} where there is no /proc
 */
export const descendants = () => {
  if (process.platform !== 'linux') throw new Absent('only Linux tells what other processes use');
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const stat = read(`/proc/${pid}/stat`);
    // The name stands in parentheses and may hold anything; behind it come the state and the parent.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [...(children.get(process.pid) ?? [])];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
};

/**
 * CPU time of all their threads so far.
 * @param {readonly number[]} pids
 * @returns {number} milliseconds
 */
export const cpuMsOf = (pids) => {
  let nanoseconds = 0;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]);
    }
  }
  return nanoseconds / 1e6;
};

/**
 * @param {readonly number[]} pids
 * @returns {{ privateMiB: number, residentMiB: number }} of all of them together; private is what nobody else uses too
 */
export const memoryOf = (pids) => {
  let privateKiB = 0;
  let residentKiB = 0;
  for (const pid of pids) {
    for (const [, name, kib] of read(`/proc/${pid}/smaps_rollup`).matchAll(/^(\w+): +(\d+) kB$/gm)) {
      if (name === 'Private_Clean' || name === 'Private_Dirty') privateKiB += Number(kib);
      if (name === 'Rss') residentKiB += Number(kib);
    }
  }
  return { privateMiB: privateKiB / 1024, residentMiB: residentKiB / 1024 };
};
