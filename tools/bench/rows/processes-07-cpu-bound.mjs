import { measureSpeedUp, WORKERS } from '../work/speed-up.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'processes-cpu-bound',
    suite: 'processes',
    title: 'CPU-bound tasks of 5 ms',
    about:
      'How many times faster two workers finish a hundred tasks of 5 ms of arithmetic than a plain loop does. The limit deals the tasks to two raw processes beforehand.',
    unit: 'x',
    better: 'higher',
    contestants: [
      'heddle-processes',
      'heddle-processes-ref',
      'pipe',
      'tinypool-processes',
      'workerpool-processes',
      'jest-worker-processes',
      'poolifier-cluster',
    ],
    ours: 'heddle-processes',
    limit: 'pipe',
    targets: [{ text: '>= 0.95 x 2 cores', atLeast: 0.95 * WORKERS }],
    measure: measureSpeedUp,
  },
];
