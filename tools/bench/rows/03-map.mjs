import { onBoth } from '../src/on-both.mjs';
import { measureMap } from '../work/map.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  ...onBoth(
    {
      name: 'map',
      title: '`map` of 1,000,000 numbers',
      about: '`n => n + 1` over a million numbers, all results in an array. No peer has a `map` that makes chunks.',
      unit: 'tasks/s',
      better: 'higher',
      targets: [{ text: ">= Python's best", against: 'best python', atLeast: 1 }],
      measure: measureMap,
    },
    {
      threads: {
        contestants: ['heddle', 'heddle-ref', 'raw-100', 'python-pool', 'python-executor-map'],
        ours: 'heddle',
        limit: 'raw-100',
      },
      processes: {
        contestants: ['heddle-processes', 'heddle-processes-ref', 'pipe-256', 'python-pool', 'python-executor-map'],
        ours: 'heddle-processes',
        limit: 'pipe-256',
      },
    },
  ),
];
