/**
 * The workers as the system sees them, not the pool: to hit them from outside, and to see whether any is left.
 * Threads are told by Node itself, processes stand in /proc.
 */
import { readFileSync, readdirSync } from 'node:fs';

/** @import { Worker } from 'node:worker_threads' */
/** @import { Attack, ExecutorKind } from './types.d.ts' */

/** @type {Set<Worker>} */
const threads = new Set();
process.on('worker', (worker) => {
  threads.add(worker);
  worker.once('exit', () => threads.delete(worker));
});

export const liveThreads = () => threads.size;

/** The children of this process. @returns {{ pid: number, state: string, command: string }[]} a zombie's command is empty */
export function children() {
  const found = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) !== process.pid) continue;
      found.push({ pid: Number(name), state, command: readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim() });
    } catch {
      continue; // it has ended meanwhile
    }
  }
  return found;
}

/**
 * Hits one of the workers that are there now.
 *
 * @param {ExecutorKind} executor
 * @param {Attack} attack
 * @returns {(() => void) | undefined} what makes good what has to be made good later; undefined when there was nobody to hit
 */
export function hit(executor, attack) {
  return executor === 'threads' ? hitThread(attack) : hitProcess(attack);
}

/** @param {Attack} attack */
function hitThread({ which }) {
  const worker = [...threads][Math.floor(which * threads.size)];
  if (worker === undefined) return undefined;
  void worker.terminate();
  return () => undefined;
}

/** @param {Attack} attack */
function hitProcess({ which, signal }) {
  const isWarden = signal === 'warden';
  const there = children().filter(({ command }) =>
    isWarden ? command.startsWith('/bin/sh') : command.includes('heddle-processes-worker.cjs'),
  );
  const target = there[Math.floor(which * there.length)];
  if (target === undefined) return undefined;
  send(target.pid, isWarden ? 'SIGKILL' : signal);
  return signal === 'SIGSTOP' ? () => send(target.pid, 'SIGCONT') : () => undefined;
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended meanwhile
  }
}
