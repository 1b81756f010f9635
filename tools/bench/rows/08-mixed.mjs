import { onBoth } from '../src/on-both.mjs';
import { measureMixed } from '../work/mixed.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  ...onBoth(
    {
      name: 'mixed',
      title: '10 long tasks among 10,000 tiny ones',
      unit: 'x',
      better: 'lower',
      targets: [{ text: 'p99 of the tiny within 2 x of a run without the long ones', atMost: 2 }],
      extras: { withMs: { title: 'p99 with', unit: 'ms' }, withoutMs: { title: 'p99 without', unit: 'ms' } },
    },
    {
      threads: {
        about:
          'Twenty tiny tasks a millisecond to two workers; now and then a task of 20 ms in their midst, one at a time, so that a worker is always free. The figure is the p99 of the tiny tasks divided by the p99 of a run without the long ones. The limit routes by hand: one raw worker for each kind.',
        contestants: ['heddle', 'heddle-ref', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker'],
        ours: 'heddle',
        limit: 'raw',
        maxRounds: 3,
        measure: (bench) => measureMixed(bench, { tiny: 20, ticks: 50 }),
      },
      processes: {
        about:
          'Eight tiny tasks a millisecond to two workers; now and then a task of 20 ms in their midst, one at a time, so that a worker is always free. The figure is the p99 of the tiny tasks divided by the p99 of a run without the long ones. The limit routes by hand: one raw process for each kind.',
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
        maxRounds: 2,
        measure: (bench) => measureMixed(bench, { tiny: 8, ticks: 125 }),
      },
    },
  ),
];
