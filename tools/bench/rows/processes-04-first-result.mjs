import { measureFirstResult } from '../work/first-result.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'processes-first-result',
    suite: 'processes',
    title: 'First result of a new pool of 2',
    about:
      'From before the pool is made until its first result; the library is imported before. The limit is a bare `fork` and one message.',
    unit: 'ms',
    better: 'lower',
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
    extras: { coldMs: { title: 'first pool of the process', unit: 'ms' } },
    measure: measureFirstResult,
  },
];
