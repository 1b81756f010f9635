import { measureBurst } from '../work/burst.mjs';

/** @import { Row } from '../types.d.ts' */

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
      'heddle',
      'heddle-ref',
      'raw',
      'raw-100',
      'tinypool',
      'piscina',
      'poolifier',
      'workerpool',
      'jest-worker',
      'threads.js',
      'comlink',
      'python-threads',
      'python-processes',
    ],
    ours: 'heddle',
    limit: 'raw',
    targets: [
      { text: '>= 10 x the best pool', against: 'best pool', atLeast: 10 },
      { text: '>= 0.8 x one message a task', against: 'raw', atLeast: 0.8 },
    ],
    measure: measureBurst,
  },
];
