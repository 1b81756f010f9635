import { underLoad } from '../src/load.mjs';
import { sampled, warmUp } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool } from '../types.d.ts' */

/**
 * Blocking calls, one after the other.
 * @param {OpenPool} pool
 * @param {number} count
 * @returns {Promise<number>} microseconds for each
 */
const blockingCalls = async (pool, count) => {
  let total = 0;
  const start = performance.now();
  for (let i = 0; i < count; i++) total += pool.submitSync?.(i);
  const us = ((performance.now() - start) / count) * 1000;
  mustEqual(total, (count * (count + 1)) / 2, 'sum of the results');
  await new Promise((resolve) => setImmediate(resolve)); // a program that blocks turns its event loop now and then
  return us;
};

/** @param {Bench} bench */
export const measureBlockingCalls = async ({ open, scale }) => {
  const pool = await open({ task: 'addOne', workers: 2 });
  await warmUp(scale, () => blockingCalls(pool, 1000));
  return sampled({ ...scale, maxSamples: 20 }, () => blockingCalls(pool, 500));
};

/** @param {Bench} bench */
export const measureBlockingCallsLoaded = ({ open, scale }) =>
  underLoad(20_000, async () => {
    const pool = await open({ task: 'addOne', workers: 2 });
    await warmUp(scale, () => blockingCalls(pool, 500));
    return sampled({ ...scale, budgetMs: scale.budgetMs * 2, maxSamples: 100 }, () => blockingCalls(pool, 100));
  });

/** @param {Bench} bench */
export const measureFirstBlockingCall = async ({ open, scale }) =>
  sampled({ ...scale, maxSamples: 1 }, async () => {
    const start = performance.now();
    const pool = await open({ task: 'addOne', workers: 2 });
    mustEqual(pool.submitSync?.(1), 2, 'the first result');
    return performance.now() - start;
  });
