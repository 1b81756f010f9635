import { measureIdle } from '../work/idle.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'processes-idle',
    suite: 'processes',
    title: 'CPU of an idle executor',
    about: 'CPU time of the caller and of its workers, from 10 ms after the last of a thousand awaited tasks.',
    unit: '%',
    better: 'lower',
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
    targets: [{ text: '0 %, that is < 0.5 % of one core', atMost: 0.5 }],
    maxRounds: 3,
    measure: (bench) => measureIdle(bench, { children: true }),
  },
];
