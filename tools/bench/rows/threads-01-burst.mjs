import { sampled, warmUp } from '../src/sample.mjs';
import { sum } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, Row } from '../types.d.ts' */

const TASKS = { quick: 10_000, full: 40_000 };

/** @param {Bench} bench */
const measure = async ({ open, contestant, scale }) => {
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

/** @type {Row[]} */
export const rows = [
  {
    name: 'burst',
    suite: 'threads',
    title: 'Burst of 40,000 submits',
    about: '`n => n + 1` submitted 40,000 times at once to two workers, all awaited together.',
    unit: 'tasks/s',
    better: 'higher',
    contestants: [
      'heddle', 'heddle-ref', 'raw', 'raw-100', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker',
      'threads.js', 'comlink', 'python-threads', 'python-processes',
    ],
    ours: 'heddle',
    limit: 'raw',
    targets: [
      { text: '>= 10 x the best pool', against: 'best pool', atLeast: 10 },
      { text: '>= 0.8 x one message a task', against: 'raw', atLeast: 0.8 },
    ],
    measure,
  },
];
