import { measureSpeedUp, WORKERS } from '../work/speed-up.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'cpu-bound',
    suite: 'threads',
    title: 'CPU-bound tasks of 5 ms',
    about:
      'How many times faster two workers finish a hundred tasks of 5 ms of arithmetic than a plain loop does. The limit deals the tasks to two raw workers beforehand.',
    unit: 'x',
    better: 'higher',
    contestants: ['heddle', 'heddle-ref', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker', 'threads.js'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '>= 0.95 x 2 cores', atLeast: 0.95 * WORKERS }],
    measure: measureSpeedUp,
  },
];
