import { onBoth } from '../src/on-both.mjs';
import { measureIdle } from '../work/idle.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  ...onBoth(
    {
      name: 'idle',
      title: 'CPU of an idle executor',
      unit: '%',
      better: 'lower',
      targets: [{ text: '0 %, that is < 0.5 % of one core', atMost: 0.5 }],
    },
    {
      threads: {
        about: 'CPU time of the whole process, its workers included, from 10 ms after the last of a thousand awaited tasks.',
        contestants: ['heddle', 'raw', 'raw-spin', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker'],
        ours: 'heddle',
        limit: 'raw',
        measure: (bench) => measureIdle(bench, { children: false }),
      },
      processes: {
        about: 'CPU time of the caller and of its workers, from 10 ms after the last of a thousand awaited tasks.',
        contestants: [
          'heddle-processes',
          'fork-json',
          'pipe',
          'tinypool-processes',
          'workerpool-processes',
          'jest-worker-processes',
          'poolifier-cluster',
        ],
        ours: 'heddle-processes',
        limit: 'pipe',
        maxRounds: 3,
        measure: (bench) => measureIdle(bench, { children: true }),
      },
    },
  ),
];
