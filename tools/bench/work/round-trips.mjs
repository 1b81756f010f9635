import { underLoad } from '../src/load.mjs';
import { sampled, warmUp } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool } from '../types.d.ts' */

/**
 * Round trips, one awaited after the other.
 * @param {OpenPool} pool
 * @param {number} count
 * @returns {Promise<number>} microseconds for each
 */
const roundTrips = async (pool, count) => {
  let total = 0;
  const start = performance.now();
  for (let i = 0; i < count; i++) total += await pool.submit(i);
  const us = ((performance.now() - start) / count) * 1000;
  mustEqual(total, (count * (count + 1)) / 2, 'sum of the results');
  return us;
};

/** @param {Bench} bench */
export const measureRoundTrips = async ({ open, contestant, scale }) => {
  const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
  await warmUp(scale, () => roundTrips(pool, 1000));
  return sampled({ ...scale, maxSamples: 20 }, () => roundTrips(pool, 500));
};

/** @param {Bench} bench */
export const measureRoundTripsLoaded = ({ open, contestant, scale }) =>
  underLoad(20_000, async () => {
    const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
    await warmUp(scale, () => roundTrips(pool, 500));
    return sampled({ ...scale, budgetMs: scale.budgetMs * 2, maxSamples: 100 }, () => roundTrips(pool, 100));
  });
