import { descendants, memoryOf } from '../src/descendants.mjs';
import { pause } from '../src/pause.mjs';

/** @import { Bench, OpenPool } from '../types.d.ts' */

const WORKERS = 4;
const BUSY_MS = 20;
const ROUNDS = 50;
const SETTLED_MS = 500;

/**
 * Gives out tasks until every worker has run one, and one more for each: the last thing they do is to collect garbage.
 * @param {OpenPool} pool
 */
const engageAll = async (pool) => {
  const pids = new Set();
  for (let round = 0; pids.size < WORKERS; round++) {
    if (round === ROUNDS) throw new Error(`${pids.size} of ${WORKERS} workers were given tasks`);
    for (const pid of await Promise.all(Array.from({ length: WORKERS }, () => pool.submit(BUSY_MS)))) pids.add(pid);
  }
};

/**
 * What workers add in memory of their own, each; whatever else the library starts is counted in.
 * @param {Bench} bench
 */
export const measureWorkerProcessMemory = async ({ open }) => {
  const before = new Set(descendants());
  const pool = await open({ task: 'pidAfter', workers: WORKERS });
  await engageAll(pool);
  await pause(SETTLED_MS);
  const { privateMiB, residentMiB } = memoryOf(descendants().filter((pid) => !before.has(pid)));
  return { value: privateMiB / WORKERS, extras: { residentMiB: residentMiB / WORKERS } };
};
