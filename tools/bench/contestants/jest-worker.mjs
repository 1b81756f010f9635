import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/**
 * @param {string} name
 * @param {boolean} enableWorkerThreads
 * @returns {Contestant}
 */
const jestWorker = (name, enableWorkerThreads) => ({
  name,
  kind: 'peer',
  about: `jest-worker, ${enableWorkerThreads ? 'enableWorkerThreads' : 'child processes'}`,
  package: 'jest-worker',
  load: async () => {
    const { Worker } = await import('jest-worker');
    const file = fileURLToPath(new URL('./functions.mjs', import.meta.url));
    return ({ task, workers }) => {
      const pool = /** @type {any} */ (new Worker(file, { enableWorkerThreads, numWorkers: workers, exposedMethods: [task] }));
      return {
        submit: (argument) => pool[task](argument),
        close: () => pool.end(),
      };
    };
  },
});

export const contestants = [jestWorker('jest-worker', true), jestWorker('jest-worker-processes', false)];
