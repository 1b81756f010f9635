import { copied, KEEP_MEMORY, measureArgument, moved, objects, shared } from '../work/arguments.mjs';

/** @import { Row } from '../types.d.ts' */

/** What the four rows have in common. */
const common = /** @type {const} */ ({
  suite: 'threads',
  unit: 'ms',
  better: 'lower',
  env: KEEP_MEMORY,
  ours: 'heddle',
  limit: 'raw',
  contestants: ['heddle', 'heddle-ref', 'raw', 'piscina', 'tinypool', 'poolifier', 'workerpool', 'comlink'],
});

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'array-copied',
    title: '8 MiB Float64Array, copied',
    about: 'A Float64Array of 8 MiB as the only argument, a number as the reply.',
    targets: [{ text: '<= 1.1 x postMessage of the same', against: 'raw', atMost: 1.1 }],
    measure: (bench) => measureArgument(bench, copied(8)),
  },
  {
    ...common,
    name: 'array-moved',
    title: '8 MiB Float64Array, moved',
    about: 'The same, with its buffer in the transfer list.',
    targets: [{ text: '<= 1.1 x postMessage of the same', against: 'raw', atMost: 1.1 }],
    measure: (bench) => measureArgument(bench, moved(8)),
  },
  {
    ...common,
    name: 'array-shared',
    title: '8 MiB Float64Array, shared',
    about: 'The same on a SharedArrayBuffer.',
    targets: [{ text: '<= 1.1 x postMessage of the same', against: 'raw', atMost: 1.1 }],
    measure: (bench) => measureArgument(bench, shared(8)),
  },
  {
    ...common,
    name: 'objects',
    title: '10,000 small objects as one argument',
    about: 'A list of 10,000 objects of five fields, a number as the reply.',
    targets: [{ text: '<= 1.25 x postMessage of the same', against: 'raw', atMost: 1.25 }],
    measure: (bench) => measureArgument(bench, objects),
  },
];
