import { onBoth } from '../src/on-both.mjs';
import { measureBurst } from '../work/burst.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  ...onBoth(
    {
      name: 'burst',
      title: 'Burst of 40,000 submits',
      about: '`n => n + 1` submitted 40,000 times at once to two workers, all awaited together.',
      unit: 'tasks/s',
      better: 'higher',
      measure: measureBurst,
    },
    {
      threads: {
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
      },
      processes: {
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
      },
    },
  ),
];
