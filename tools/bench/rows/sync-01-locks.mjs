import { measureContended, measureUncontended } from '../work/sync.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'lock-uncontended',
    suite: 'sync',
    title: 'A lock that nobody else wants',
    about: 'Taken (`acquireSync`) and released, by the one thread that has it.',
    unit: 'ns',
    better: 'lower',
    contestants: ['heddle-sync', 'atomics', 'atomics-in-order'],
    ours: 'heddle-sync',
    limit: 'atomics',
    targets: [{ text: '< 200 ns', atMost: 200 }],
    extras: {
      awaiting: { title: 'awaited (`acquire`)', unit: 'ns' },
      rlock: { title: 'an RLock', unit: 'ns' },
      semaphore: { title: 'a Semaphore', unit: 'ns' },
    },
    measure: measureUncontended,
  },
  {
    name: 'lock-contended',
    suite: 'sync',
    title: 'Two threads at one lock',
    about: 'Both take it, count, and release it, as often as they can: times a second, of both.',
    unit: 'a second',
    better: 'higher',
    contestants: ['heddle-sync', 'atomics', 'atomics-in-order'],
    ours: 'heddle-sync',
    limit: 'atomics',
    targets: [{ text: '>= 0.5 x bare Atomics', against: 'atomics', atLeast: 0.5 }],
    measure: measureContended,
  },
];
