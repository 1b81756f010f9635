import { KEEP_MEMORY } from '../work/arguments.mjs';
import { array, fewArguments, mixed, numbers, records, strings, tree } from '../work/shapes.mjs';
import { measureMoved, measureValue } from '../work/values.mjs';

/** @import { Row } from '../types.d.ts' */

const common = /** @type {const} */ ({
  suite: 'serialization',
  unit: 'ms',
  better: 'lower',
  env: KEEP_MEMORY,
  ours: 'heddle-clone',
  limit: 'structured-clone',
  contestants: ['heddle-clone', 'heddle-bytes', 'structured-clone', 'v8', 'json', 'devalue', 'seroval', 'superjson'],
  extras: { bytes: { title: 'size', unit: 'KiB' } },
  notes: 'arrives as it was',
});

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'values-numbers',
    title: '100,000 numbers',
    about: 'A list of numbers, half of them whole: encoded and decoded.',
    targets: [],
    measure: (bench) => measureValue(bench, numbers),
  },
  {
    ...common,
    name: 'values-strings',
    title: '10,000 strings',
    about: 'A list of strings of 15 to 70 characters, a fifth of them not of Latin letters alone.',
    targets: [],
    measure: (bench) => measureValue(bench, strings),
  },
  {
    ...common,
    name: 'values-records',
    title: '10,000 flat records',
    about: 'A list of objects of five primitive fields.',
    targets: [{ text: '<= 1.25 x structured clone alone', against: 'structured-clone', atMost: 1.25 }],
    measure: (bench) => measureValue(bench, records),
  },
  {
    ...common,
    name: 'values-tree',
    title: 'A deep tree',
    about: '2,801 objects with a list of children each, 200 levels deep.',
    targets: [],
    measure: (bench) => measureValue(bench, tree),
  },
  {
    ...common,
    name: 'values-array',
    title: '8 MiB Float64Array',
    about: 'A Float64Array of 8 MiB, copied. What it takes to write to a pipe and to read from it is not in these figures.',
    targets: [{ text: '<= 1.1 x structured clone alone', against: 'structured-clone', atMost: 1.1 }],
    measure: (bench) => measureValue(bench, array),
  },
  {
    suite: 'serialization',
    name: 'values-moved',
    title: '8 MiB Float64Array, moved',
    about: 'The same, moved (`transfer`) instead of copied. Nothing of it depends on the size: what is seen is the fixed cost of a value.',
    unit: 'us',
    better: 'lower',
    env: KEEP_MEMORY,
    ours: 'heddle-clone',
    limit: 'structured-clone',
    contestants: ['heddle-clone', 'structured-clone'],
    targets: [{ text: '<= 1.1 x structured clone alone', against: 'structured-clone', atMost: 1.1 }],
    measure: measureMoved,
  },
  {
    ...common,
    name: 'values-mixed',
    title: 'Instances, errors, Maps, Sets, Dates, URLs',
    about: 'A thousand of each: instances of a class that everybody who can is told of; errors with a code and a cause.',
    targets: [],
    measure: (bench) => measureValue(bench, mixed),
  },
  {
    ...common,
    name: 'values-few',
    title: 'A number, a string and a small record',
    about: 'The arguments of one call. Less than this is not encoded at all: see the next row.',
    unit: 'us',
    targets: [],
    measure: (bench) => measureValue(bench, fewArguments, 1000),
  },
];
