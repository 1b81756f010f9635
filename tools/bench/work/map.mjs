import { sampled } from '../src/sample.mjs';
import { sum } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool } from '../types.d.ts' */

const ITEMS = 1_000_000;

/** @param {Bench} bench */
export const measureMap = async ({ open, scale }) => {
  const pool = await open({ task: 'addOne', workers: 2 });
  const map = /** @type {NonNullable<OpenPool['map']>} */ (pool.map);
  const items = Array.from({ length: ITEMS }, (_, i) => i);
  const once = async (/** @type {readonly number[]} */ list) => {
    const start = performance.now();
    const results = await map(list);
    const seconds = (performance.now() - start) / 1000;
    mustEqual(sum(results), (list.length * (list.length + 1)) / 2, 'sum of the results');
    return list.length / seconds;
  };
  await once(items.slice(0, ITEMS / 10));
  return sampled({ ...scale, maxSamples: 3 }, () => once(items));
};
