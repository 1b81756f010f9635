import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant[]} */
export const contestants = [
  {
    name: 'synckit',
    kind: 'peer',
    about: 'synckit: one worker, the caller sleeps in Atomics.wait',
    package: 'synckit',
    pool: false,
    load: async () => {
      const { createSyncFn } = await import('synckit');
      const file = fileURLToPath(new URL('./workers/synckit.mjs', import.meta.url));
      return ({ task }) => {
        const call = createSyncFn(file);
        return {
          submit: async (argument) => call(task, argument),
          submitSync: (argument) => call(task, argument),
          close: async () => undefined, // its worker goes with the program
        };
      };
    },
  },
];
