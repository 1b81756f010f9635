import { sampled } from '../src/sample.mjs';
import { sum } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool, Row } from '../types.d.ts' */

const ITEMS = 1_000_000;

/** @param {Bench} bench */
const measure = async ({ open, scale }) => {
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

/** @type {Row[]} */
export const rows = [
  {
    name: 'map',
    suite: 'threads',
    title: '`map` of 1,000,000 numbers',
    about: '`n => n + 1` over a million numbers, all results in an array. No peer has a `map` that makes chunks.',
    unit: 'tasks/s',
    better: 'higher',
    contestants: ['heddle', 'heddle-ref', 'raw-100', 'python-pool', 'python-executor-map'],
    ours: 'heddle',
    limit: 'raw-100',
    targets: [{ text: ">= Python's best", against: 'best python', atLeast: 1 }],
    measure,
  },
];
