import { sampled } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, Row } from '../types.d.ts' */

/** @param {Bench} bench */
const measure = async ({ open, contestant, scale }) => {
  const once = async () => {
    const start = performance.now();
    const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
    const result = await pool.submit(41);
    const ms = performance.now() - start;
    mustEqual(result, 42, 'result');
    await pool.close();
    return ms;
  };
  const coldMs = await once();
  return { ...(await sampled(scale, once)), extras: { coldMs } };
};

/** @type {Row[]} */
export const rows = [
  {
    name: 'first-result',
    suite: 'threads',
    title: 'First result of a new pool of 2',
    about: 'From before the pool is made until its first result; the library is imported before. The limit is a bare `new Worker` and one message.',
    unit: 'ms',
    better: 'lower',
    contestants: ['heddle', 'heddle-ref', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker', 'threads.js', 'comlink'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '<= 1.2 x `new Worker` and one message', against: 'raw', atMost: 1.2 }],
    extras: { coldMs: { title: 'first pool of the process', unit: 'ms' } },
    measure,
  },
];
