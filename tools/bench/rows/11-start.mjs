import { measureColdStart, measureImport } from '../work/start.mjs';

/** @import { Row } from '../types.d.ts' */

const common = /** @type {const} */ ({ suite: 'start', unit: 'ms', better: 'lower' });

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'import',
    title: 'Import',
    about: "The time of `await import('heddle')` in a fresh process, which has imported nothing before.",
    contestants: ['heddle', 'piscina', 'tinypool', 'workerpool', 'poolifier', 'jest-worker'],
    ours: 'heddle',
    targets: [{ text: '<= 1.5 x piscina + 10 ms', against: 'piscina', allowance: 10, atMost: 1.5 }],
    measure: measureImport,
  },
  {
    ...common,
    name: 'cold-start',
    title: 'Cold start, function by reference',
    about: 'From the start of a process to its first result, one worker. The start of Node itself is part of it.',
    contestants: ['heddle-ref', 'raw', 'piscina', 'tinypool', 'workerpool'],
    ours: 'heddle-ref',
    limit: 'raw',
    targets: [{ text: '<= 1.3 x the best peer', against: 'best peer', atMost: 1.3 }],
    measure: measureColdStart,
  },
  {
    ...common,
    name: 'cold-start-source',
    title: 'Cold start, function by source',
    about: 'The same; the peers run the function by reference, but for workerpool-source, which sends its text.',
    contestants: ['heddle', 'raw', 'piscina', 'tinypool', 'workerpool', 'workerpool-source'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '<= 1.6 x the best peer', against: 'best peer', atMost: 1.6 }],
    measure: measureColdStart,
  },
];
