import { measureAsTheyAre } from '../work/values.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'as-they-are',
    suite: 'serialization',
    title: 'Three primitives that need no encoding',
    about: 'How long `submit` takes to find that the arguments of a call, all of them primitives, travel as they are.',
    unit: 'ns',
    better: 'lower',
    contestants: ['heddle-clone'],
    ours: 'heddle-clone',
    targets: [{ text: '< 100 ns', atMost: 100 }],
    extras: { one: { title: 'one primitive', unit: 'ns' }, eight: { title: 'eight', unit: 'ns' } },
    measure: measureAsTheyAre,
  },
];
