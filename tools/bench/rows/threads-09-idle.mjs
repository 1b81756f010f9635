import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, Row } from '../types.d.ts' */

const GRACE_MS = 10;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Bench} bench */
const measure = async ({ open, contestant, scale }) => {
  const windowMs = scale.quick ? 500 : 2000;
  const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
  let total = 0;
  for (let i = 0; i < 1000; i++) total += await pool.submit(i);
  mustEqual(total, 500_500, 'sum of the results');
  await pause(GRACE_MS);
  const before = process.cpuUsage();
  const start = performance.now();
  await pause(windowMs);
  const { user, system } = process.cpuUsage(before);
  return { value: ((user + system) / 1000 / (performance.now() - start)) * 100 };
};

/** @type {Row[]} */
export const rows = [
  {
    name: 'idle',
    suite: 'threads',
    title: 'CPU of an idle executor',
    about: 'CPU time of the whole process, its workers included, from 10 ms after the last of a thousand awaited tasks.',
    unit: '%',
    better: 'lower',
    contestants: ['heddle', 'raw', 'raw-spin', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '0 %, that is < 0.5 % of one core', atMost: 0.5 }],
    measure,
  },
];
