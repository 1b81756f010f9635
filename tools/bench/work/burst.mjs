import { sampled, warmUp } from '../src/sample.mjs';
import { sum } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench } from '../types.d.ts' */

const TASKS = { quick: 10_000, full: 40_000 };

/** @param {Bench} bench */
export const measureBurst = async ({ open, contestant, scale }) => {
  const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
  const all = async (/** @type {number} */ count) => {
    if (pool.burst) return pool.burst(count);
    return sum(await Promise.all(Array.from({ length: count }, (_, i) => pool.submit(i))));
  };
  const tasks = scale.quick ? TASKS.quick : TASKS.full;
  const once = async (count = tasks) => {
    const start = performance.now();
    const total = await all(count);
    const seconds = (performance.now() - start) / 1000;
    mustEqual(total, (count * (count + 1)) / 2, 'sum of the results');
    return count / seconds;
  };
  await warmUp(scale, () => once(tasks / 4));
  return sampled(scale, once);
};
