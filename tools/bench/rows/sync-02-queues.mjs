import { measureQueue } from '../work/sync.mjs';

/** @import { Row } from '../types.d.ts' */

const common = /** @type {const} */ ({
  suite: 'sync',
  unit: 'a second',
  better: 'higher',
  contestants: ['heddle-sync', 'messages'],
  ours: 'heddle-sync',
  limit: 'messages',
  targets: [{ text: '>= 300,000 a second', atLeast: 300_000 }],
});

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'queue-numbers',
    title: 'Numbers between two threads',
    about: 'One puts, one gets, by the forms that block (`putSync`, `getSync`); a thousand fit into the queue.',
    measure: (bench) => measureQueue(bench, (i) => i),
  },
  {
    ...common,
    name: 'queue-objects',
    title: 'Small objects between two threads',
    about: 'The same with `{ id, name, ok }`.',
    measure: (bench) => measureQueue(bench, (id) => ({ id, name: 'item', ok: true })),
  },
];
