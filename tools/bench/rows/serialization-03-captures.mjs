import { measureFirstCaptures, measureNamedCaptures, measureOfConstants, measureOfVariable } from '../work/captures.mjs';

/** @import { Row } from '../types.d.ts' */

const common = /** @type {const} */ ({
  suite: 'serialization',
  better: 'lower',
  contestants: ['heddle-clone'],
  ours: 'heddle-clone',
});

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'capture-first',
    title: 'First capture of a function',
    about: '200 functions of different text in one module, each with two constants and a variable of its own: `describeFunction` and `encodeValue`, once each.',
    unit: 'us',
    targets: [{ text: '< 2 ms', atMost: 2000 }],
    extras: { p95: { title: '95 % within', unit: 'us' }, veryFirst: { title: 'the very first, which loads the parser', unit: 'us' } },
    measure: measureFirstCaptures,
  },
  {
    ...common,
    name: 'capture-again',
    title: 'The same function again, constants captured',
    about: 'A function that captures three primitives, none of which is ever assigned to again.',
    unit: 'us',
    targets: [{ text: '< 50 us', atMost: 50 }],
    measure: measureOfConstants,
  },
  {
    ...common,
    name: 'capture-variable',
    title: 'The same function again, a variable captured',
    about: 'A function that captures a variable which is assigned to before each capture: its value has to be looked up again.',
    unit: 'us',
    targets: [],
    measure: measureOfVariable,
  },
  {
    ...common,
    name: 'capture-named',
    title: 'The same variable, named by hand',
    about: 'The same with `closure(fn, { variable })` for each: nothing has to be looked up.',
    unit: 'us',
    targets: [],
    measure: measureNamedCaptures,
  },
];
