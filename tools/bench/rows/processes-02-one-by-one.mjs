import { measureRoundTrips } from '../work/round-trips.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'processes-one-by-one',
    work: 'one-by-one',
    suite: 'processes',
    title: 'One awaited after the other',
    about: '`n => n + 1` submitted, awaited, submitted again: the time of one round trip.',
    unit: 'us',
    better: 'lower',
    contestants: [
      'heddle-processes',
      'heddle-processes-ref',
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
    limit: 'pipe',
    targets: [
      { text: '<= the best peer', against: 'best peer', atMost: 1 },
      { text: '<= 1.15 x the echo over the same channel', against: 'pipe', atMost: 1.15 },
    ],
    measure: measureRoundTrips,
  },
];
