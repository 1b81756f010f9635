import { measureBurst } from '../work/burst.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'processes-burst',
    work: 'burst',
    suite: 'processes',
    title: 'Burst of 40,000 submits',
    about: '`n => n + 1` submitted 40,000 times at once to two workers, all awaited together.',
    unit: 'tasks/s',
    better: 'higher',
    contestants: [
      'heddle-processes',
      'heddle-processes-ref',
      'pipe-256',
      'pipe',
      'fork-json',
      'fork-advanced',
      'tinypool-processes',
      'workerpool-processes',
      'jest-worker-processes',
      'poolifier-cluster',
      'python-processes',
      'python-pool',
    ],
    ours: 'heddle-processes',
    limit: 'pipe-256',
    targets: [{ text: '>= 10 x the best peer', against: 'best peer', atLeast: 10 }],
    measure: measureBurst,
  },
];
