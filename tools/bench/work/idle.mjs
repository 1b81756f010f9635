import { cpuMsOf, descendants } from '../src/descendants.mjs';
import { pause } from '../src/pause.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench } from '../types.d.ts' */

const GRACE_MS = 10;

/** The CPU time of this process, its threads included. */
const ownMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * @param {Bench} bench
 * @param {{ children: boolean }} options whether the workers are processes, whose time counts too
 */
export const measureIdle = async ({ open, contestant, scale }, { children }) => {
  const windowMs = scale.quick ? 500 : 2000;
  const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
  let total = 0;
  for (let i = 0; i < 1000; i++) total += await pool.submit(i);
  mustEqual(total, 500_500, 'sum of the results');
  const pids = children ? descendants() : [];
  await pause(GRACE_MS);
  const before = cpuMsOf(pids) + ownMs();
  const start = performance.now();
  await pause(windowMs);
  const usedMs = ownMs() + cpuMsOf(pids) - before;
  return { value: (usedMs / (performance.now() - start)) * 100 };
};
