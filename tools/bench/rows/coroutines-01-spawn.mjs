import { measureTrivial, measureTurn } from '../work/spawn.mjs';

/** @import { Row } from '../types.d.ts' */

const common = /** @type {const} */ ({
  suite: 'coroutines',
  unit: 'tasks/s',
  better: 'higher',
  contestants: [
    'heddle-group',
    'heddle-gather',
    'promise-all',
    'promise-all-contexts',
    'p-map',
    'p-limit',
    'p-queue',
    'effect',
    'python-asyncio-group',
    'python-asyncio-gather',
  ],
  ours: 'heddle-group',
  limit: 'promise-all',
  targets: [{ text: '>= 0.5 x Promise.all', against: 'promise-all', atLeast: 0.5 }],
});

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'spawn-trivial',
    title: '100,000 coroutines that return at once',
    about: '`async n => n + 1`, 100,000 of them begun together and waited for, their results summed.',
    measure: measureTrivial,
  },
  {
    ...common,
    name: 'spawn-turn',
    title: '100,000 coroutines that wait for a turn',
    about: 'The same, each waiting for the next turn of the event loop (`setImmediate`; `asyncio.sleep(0)`) before it returns.',
    measure: measureTurn,
  },
];
