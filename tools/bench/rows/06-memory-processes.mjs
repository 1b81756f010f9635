import { measureWorkerProcessMemory } from '../work/worker-process-memory.mjs';

/** @import { Row } from '../types.d.ts' */

/** @type {Row[]} */
export const rows = [
  {
    name: 'processes-memory-worker',
    suite: 'processes',
    title: 'Memory of an idle worker',
    about:
      'Private memory of four workers once each has run a task and collected its garbage, divided by four. Resident memory counts the Node program too, which all processes have in common.',
    unit: 'MiB',
    better: 'lower',
    contestants: [
      'heddle-processes',
      'heddle-processes-ref',
      'fork-json',
      'fork-advanced',
      'pipe',
      'tinypool-processes',
      'workerpool-processes',
      'jest-worker-processes',
      'poolifier-cluster',
    ],
    ours: 'heddle-processes',
    limit: 'fork-json',
    targets: [{ text: '<= a raw fork + 2 MiB', against: 'fork-json', by: 'distance', atMost: 2 }],
    extras: { residentMiB: { title: 'resident', unit: 'MiB' } },
    // The workers inherit it.
    nodeArgs: ['--expose-gc'],
    maxRounds: 3,
    measure: measureWorkerProcessMemory,
  },
];
