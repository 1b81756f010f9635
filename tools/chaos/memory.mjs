/** Whether memory is back to what it was. Rubbish is collected first. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { becomes, pause } from './within.mjs';

/** What a campaign may leave, as a share of what there was before. */
export const GROWTH = 0.05;
/** Campaigns before the first measurement: code is compiled, caches fill, the system's allocator finds its size. */
export const WARM_UP = 24;

/** Buffers that are kept for the next use are given up after a moment without one. */
const BACK_MS = 5000;

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));
globalThis.gc ??= collect;

/** @typedef {{ used: number, resident: number }} Memory bytes: of objects and buffers; of the whole process */

/** After all rubbish is collected. @returns {Memory} */
function look() {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { used: heapUsed + external, resident: resident() };
}

/** Pages of this process that no file backs, in bytes: those of libraries and of programs come and go by themselves. */
function resident() {
  const [, anonymous = '0'] = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return Number(anonymous) * 1024;
}

/** Once everything that is kept for a moment only is given up. @returns {Promise<Memory>} */
export async function memory() {
  let least = look();
  for (let same = 0; same < 20;) {
    await pause(50);
    const now = look();
    same = now.used < least.used * 0.995 ? 0 : same + 1;
    if (now.used < least.used) least = now;
  }
  return least;
}

/**
 * Waits until memory is back.
 *
 * @param {Memory} before
 * @returns {Promise<string[]>} what is wrong
 */
export async function grown(before) {
  let now = look();
  const isBack = await becomes(BACK_MS, () => {
    now = look();
    return now.used <= before.used * (1 + GROWTH);
  });
  return isBack ? [] : [`memory grew from ${mebi(before.used)} to ${mebi(now.used)}`];
}

/** @param {number} bytes */
export const mebi = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
