import { measureIdle } from '../work/idle.mjs';

/** @import { Row } from '../types.d.ts' */

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
    measure: (bench) => measureIdle(bench, { children: false }),
  },
];
