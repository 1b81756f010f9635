import { onBoth } from '../src/on-both.mjs';
import { measureSpeedUp, WORKERS } from '../work/speed-up.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  ...onBoth(
    {
      name: 'cpu-bound',
      title: 'CPU-bound tasks of 5 ms',
      unit: 'x',
      better: 'higher',
      targets: [{ text: '>= 0.95 x 2 cores', atLeast: 0.95 * WORKERS }],
      measure: measureSpeedUp,
    },
    {
      threads: {
        about:
          'How many times faster two workers finish a hundred tasks of 5 ms of arithmetic than a plain loop does. The limit deals the tasks to two raw workers beforehand.',
        contestants: ['heddle', 'heddle-ref', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker', 'threads.js'],
        ours: 'heddle',
        limit: 'raw',
      },
      processes: {
        about:
          'How many times faster two workers finish a hundred tasks of 5 ms of arithmetic than a plain loop does. The limit deals the tasks to two raw processes beforehand.',
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
      },
    },
  ),
];
