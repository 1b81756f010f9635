import { underLoad } from '../src/load.mjs';
import { sampled, warmUp } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool, Row } from '../types.d.ts' */

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
const measure = async ({ open, contestant, scale }) => {
  const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
  await warmUp(scale, () => roundTrips(pool, 1000));
  return sampled({ ...scale, maxSamples: 20 }, () => roundTrips(pool, 500));
};

/** @param {Bench} bench */
const measureLoaded = ({ open, contestant, scale }) =>
  underLoad(20_000, async () => {
    const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
    await warmUp(scale, () => roundTrips(pool, 500));
    return sampled({ ...scale, budgetMs: scale.budgetMs * 2, maxSamples: 100 }, () => roundTrips(pool, 100));
  });

/** @type {Row[]} */
export const rows = [
  {
    name: 'one-by-one',
    suite: 'threads',
    title: 'One awaited after the other',
    about: '`n => n + 1` submitted, awaited, submitted again: the time of one round trip.',
    unit: 'us',
    better: 'lower',
    contestants: [
      'heddle', 'heddle-ref', 'raw', 'raw-spin', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker',
      'threads.js', 'comlink', 'python-threads', 'python-processes',
    ],
    ours: 'heddle',
    limit: 'raw-spin',
    targets: [{ text: '<= 0.25 x the best peer', against: 'best peer', atMost: 0.25 }],
    measure,
  },
  {
    name: 'one-by-one-loaded',
    suite: 'threads',
    title: 'One awaited after the other, all cores taken',
    about: 'The same while one spinning process a core competes: nobody has a core to himself.',
    unit: 'us',
    better: 'lower',
    contestants: ['heddle', 'heddle-ref', 'raw', 'raw-spin', 'tinypool', 'piscina'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '<= 1.15 x the echo', against: 'raw', atMost: 1.15 }],
    measure: measureLoaded,
  },
];
