import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant} */
const workerpool = {
  name: 'workerpool',
  kind: 'peer',
  about: 'workerpool, workerType thread',
  package: 'workerpool',
  load: async () => {
    const { default: library } = await import('workerpool');
    const file = fileURLToPath(new URL('./workers/workerpool.mjs', import.meta.url));
    return ({ task, workers }) => {
      const pool = library.pool(file, { workerType: 'thread', minWorkers: workers, maxWorkers: workers });
      return {
        submit: (argument, transfer) =>
          pool.exec(task, [argument], transfer ? { transfer: [...transfer] } : undefined),
        close: async () => pool.terminate(),
      };
    };
  },
};

export const contestants = [workerpool];
