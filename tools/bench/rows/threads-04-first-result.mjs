import { measureFirstResult } from '../work/first-result.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'first-result',
    suite: 'threads',
    title: 'First result of a new pool of 2',
    about:
      'From before the pool is made until its first result; the library is imported before. The limit is a bare `new Worker` and one message.',
    unit: 'ms',
    better: 'lower',
    contestants: ['heddle', 'heddle-ref', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker', 'threads.js', 'comlink'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '<= 1.2 x `new Worker` and one message', against: 'raw', atMost: 1.2 }],
    extras: { coldMs: { title: 'first pool of the process', unit: 'ms' } },
    measure: measureFirstResult,
  },
];
