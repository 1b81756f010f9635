import {
  measureEvaluated,
  measureFirstCaptures,
  measureNamedCaptures,
  measureNewClosures,
  measureNewNamed,
  measureOfConstants,
  measureOfVariable,
} from '../work/captures.mjs';

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
    about:
      '200 functions of different text in one module, each with two constants and a variable of its own: described and encoded as `submit` does it, once each.',
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
  {
    ...common,
    name: 'capture-new',
    title: 'A new closure each time, as in `(x) => pool.submit(() => f(x))`',
    about: 'Closures of one place, each made anew around another number, which capture it and a function of the module.',
    unit: 'us',
    targets: [{ text: '< 150 us', atMost: 150 }],
    measure: measureNewClosures,
  },
  {
    ...common,
    name: 'capture-new-named',
    title: 'The same, captures named by hand',
    about: 'The same closures, each with `closure(fn, { f, x })`.',
    unit: 'us',
    targets: [{ text: '< 30 us', atMost: 30 }],
    measure: measureNewNamed,
  },
  {
    ...common,
    name: 'capture-evaluated',
    title: 'Code that is evaluated each time',
    about:
      'Functions that `eval` makes of one text and that capture nothing, while 2,000 modules are loaded: where code comes from is looked up by going through all scripts, and not again.',
    unit: 'us',
    targets: [{ text: '< 150 us', atMost: 150 }],
    measure: measureEvaluated,
  },
];
