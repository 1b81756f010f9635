/** What this process holds open: after a campaign it has to be what it was before. */
import { readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { children, liveThreads } from './outside.mjs';
import { becomes } from './within.mjs';

const LEFT_MS = 15_000;

/** @returns {Map<string, number>} counts by what they count */
export function holdings() {
  const all = new Map();
  const add = (/** @type {string} */ what, count = 1) => all.set(what, (all.get(what) ?? 0) + count);
  add('threads', liveThreads());
  for (const { state, command } of children()) add(state === 'Z' ? 'zombies' : `children "${command.slice(0, 60)}"`);
  for (const kind of descriptors()) add(`descriptors of ${kind}`);
  for (const kind of process.getActiveResourcesInfo()) add(`active resources of kind ${kind}`);
  const { libuv } = /** @type {{ libuv: { type: string }[] }} */ (process.report.getReport());
  for (const { type } of libuv) if (type === 'async' || type === 'process') add(`handles of type ${type}`);
  for (const [name, emitter] of Object.entries({ process, stdout: process.stdout, stderr: process.stderr })) {
    for (const event of emitter.eventNames()) add(`listeners of ${name} for ${String(event)}`, emitter.listenerCount(event));
  }
  for (const folder of new Set(['/dev/shm', tmpdir()])) add(`files in ${folder}`, ours(folder));
  return all;
}

/** What each open descriptor is of, without its number. */
function descriptors() {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, 'N')];
    } catch {
      return []; // the one that listed them
    }
  });
}

/** @param {string} folder */
function ours(folder) {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(`heddle-${process.pid}-`)).length;
  } catch {
    return 0;
  }
}

/**
 * Waits until nothing is left that was not there before.
 *
 * @param {Map<string, number>} before
 * @returns {Promise<string[]>} what is left all the same
 */
export async function leftovers(before) {
  /** @type {string[]} */
  let left = [];
  await becomes(LEFT_MS, () => {
    left = more(before, holdings());
    return left.length === 0;
  });
  return left;
}

/**
 * Node leaves a module's file open when a thread is stopped while it imports it; worker_threads alone do that, without
 * Heddle. It is told in the report, and no loss.
 *
 * @param {string} what
 */
const isNodes = (what) => /^descriptors of \/.*\.[mc]?js( \(deleted\))?$/.test(what);

/** Module files that Node has left open. */
export function moduleFiles() {
  return descriptors().filter((kind) => isNodes(`descriptors of ${kind}`)).length;
}

/** @param {Map<string, number>} before @param {Map<string, number>} after */
export function more(before, after) {
  return [...after]
    .filter(([what, count]) => !isNodes(what) && count > (before.get(what) ?? 0))
    .map(([what, count]) => `left: ${what}: ${before.get(what) ?? 0} before, ${count} now`);
}
