import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant} */
const jestWorker = {
  name: 'jest-worker',
  kind: 'peer',
  about: 'jest-worker, enableWorkerThreads',
  package: 'jest-worker',
  load: async () => {
    const { Worker } = await import('jest-worker');
    const file = fileURLToPath(new URL('./functions.mjs', import.meta.url));
    return ({ task, workers }) => {
      const pool = /** @type {any} */ (
        new Worker(file, { enableWorkerThreads: true, numWorkers: workers, exposedMethods: [task] })
      );
      return {
        submit: (argument) => pool[task](argument),
        close: () => pool.end(),
      };
    };
  },
};

export const contestants = [jestWorker];
