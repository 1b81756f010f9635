import { onBoth } from '../src/on-both.mjs';
import { measureRoundTrips, measureRoundTripsLoaded } from '../work/round-trips.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  ...onBoth(
    {
      name: 'one-by-one',
      title: 'One awaited after the other',
      about: '`n => n + 1` submitted, awaited, submitted again: the time of one round trip.',
      unit: 'us',
      better: 'lower',
      measure: measureRoundTrips,
    },
    {
      threads: {
        contestants: [
          'heddle',
          'heddle-ref',
          'raw',
          'raw-spin',
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
        limit: 'raw-spin',
        targets: [{ text: '<= 0.25 x the best peer', against: 'best peer', atMost: 0.25 }],
      },
      processes: {
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
      },
    },
  ),
  {
    name: 'one-by-one-loaded',
    suite: 'threads',
    title: 'One awaited after the other, all cores taken',
    about: 'The same while one spinning process a core competes: nobody has a core to himself.',
    unit: 'us',
    better: 'lower',
    contestants: ['heddle', 'heddle-ref', 'raw', 'raw-spin', 'tinypool', 'piscina'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '<= 1.15 x the echo', against: 'raw', atMost: 1.15 }],
    measure: measureRoundTripsLoaded,
  },
];
