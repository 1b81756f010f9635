import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/**
 * @param {string} name
 * @param {'thread' | 'process'} workerType
 * @returns {Contestant}
 */
const workerpool = (name, workerType) => ({
  name,
  kind: 'peer',
  about: `workerpool, workerType ${workerType}`,
  package: 'workerpool',
  load: async () => {
    const { default: library } = await import('workerpool');
    const file = fileURLToPath(new URL('./workers/workerpool.mjs', import.meta.url));
    return ({ task, workers, structured }) => {
      const pool = library.pool(file, {
        workerType,
        minWorkers: workers,
        maxWorkers: workers,
        ...(structured && { forkOpts: { serialization: 'advanced' } }),
      });
      return {
        submit: (argument, transfer) => pool.exec(task, [argument], transfer ? { transfer: [...transfer] } : undefined),
        close: async () => pool.terminate(),
      };
    };
  },
});

export const contestants = [
  workerpool('workerpool', 'thread'),
  workerpool('workerpool-processes', 'process'),
  /** @type {Contestant} */ ({ ...workerpool('workerpool-source', 'thread'), about: 'workerpool, function by source; see work/cold' }),
];
