import { onBoth } from '../src/on-both.mjs';
import { measureFirstResult } from '../work/first-result.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  ...onBoth(
    {
      name: 'first-result',
      title: 'First result of a new pool of 2',
      unit: 'ms',
      better: 'lower',
      extras: { coldMs: { title: 'first pool of the process', unit: 'ms' } },
      measure: measureFirstResult,
    },
    {
      threads: {
        about:
          'From before the pool is made until its first result; the library is imported before. The limit is a bare `new Worker` and one message.',
        contestants: [
          'heddle',
          'heddle-ref',
          'raw',
          'tinypool',
          'piscina',
          'poolifier',
          'workerpool',
          'jest-worker',
          'threads.js',
          'comlink',
        ],
        ours: 'heddle',
        limit: 'raw',
        targets: [{ text: '<= 1.2 x `new Worker` and one message', against: 'raw', atMost: 1.2 }],
      },
      processes: {
        about:
          'From before the pool is made until its first result; the library is imported before. The limit is a bare `fork` and one message.',
        contestants: [
          'heddle-processes',
          'heddle-processes-ref',
          'fork-json',
          'fork-advanced',
          'pipe',
          'tinypool-processes',
          'workerpool-processes',
          'jest-worker-processes',
          'poolifier-cluster',
        ],
        ours: 'heddle-processes',
        limit: 'fork-json',
        targets: [{ text: '<= 1.2 x `fork` and one message', against: 'fork-json', atMost: 1.2 }],
      },
    },
  ),
];
