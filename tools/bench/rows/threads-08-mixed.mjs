import { measureMixed } from '../work/mixed.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'mixed',
    suite: 'threads',
    title: '10 long tasks among 10,000 tiny ones',
    about:
      'Twenty tiny tasks a millisecond to two workers; now and then a task of 20 ms in their midst, one at a time, so that a worker is always free. The figure is the p99 of the tiny tasks divided by the p99 of a run without the long ones. The limit routes by hand: one raw worker for each kind.',
    unit: 'x',
    better: 'lower',
    contestants: ['heddle', 'heddle-ref', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: 'p99 of the tiny within 2 x of a run without the long ones', atMost: 2 }],
    extras: { withMs: { title: 'p99 with', unit: 'ms' }, withoutMs: { title: 'p99 without', unit: 'ms' } },
    maxRounds: 3,
    measure: (bench) => measureMixed(bench, { tiny: 20, ticks: 50 }),
  },
];
