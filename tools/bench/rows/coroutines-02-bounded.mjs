import { measureMapMemory } from '../work/map-memory.mjs';
import { measureTrivial, measureTurn } from '../work/spawn.mjs';

/** @import { Row } from '../types.d.ts' */

const common = /** @type {const} */ ({
  suite: 'coroutines',
  unit: 'tasks/s',
  better: 'higher',
  contestants: [
    'heddle-executor-map',
    'heddle-executor-submit',
    'loops-100',
    'p-map-100',
    'p-map-100-context',
    'p-limit-100',
    'p-queue-100',
    'effect-100',
  ],
  ours: 'heddle-executor-map',
  limit: 'loops-100',
  targets: [
    { text: '>= p-map', against: 'p-map-100', atLeast: 1 },
    { text: '>= p-map in a context', against: 'p-map-100-context', atLeast: 1 },
  ],
});

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'bounded-trivial',
    title: '100,000 coroutines that return at once, a hundred at a time',
    about: '`async n => n + 1` over 100,000 numbers, never more than 100 of them under way; the results are summed.',
    measure: measureTrivial,
  },
  {
    ...common,
    name: 'bounded-turn',
    title: '100,000 coroutines that wait for a turn, a hundred at a time',
    about: 'The same, each waiting for the next turn of the event loop (`setImmediate`) before it returns.',
    measure: measureTurn,
  },
  {
    suite: 'coroutines',
    name: 'map-memory',
    title: 'Memory of a map over ten million items',
    about:
      'How much the heap, after a full collection, is larger amid ten million items of an async generator than at its first hundred thousand; the results are read one by one.',
    unit: 'MiB',
    better: 'lower',
    contestants: ['heddle-executor-map', 'p-map-100'],
    ours: 'heddle-executor-map',
    targets: [{ text: '<= 1 MiB', atMost: 1 }],
    extras: { itemsPerSecond: { title: 'items', unit: 'items/s' } },
    nodeArgs: ['--expose-gc'],
    maxRounds: 2,
    measure: measureMapMemory,
  },
];
