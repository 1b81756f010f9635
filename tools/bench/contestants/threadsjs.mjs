// threads.js takes a worker's path relative to the calling file, also when it is absolute.

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant} */
const threadsjs = {
  name: 'threads.js',
  kind: 'peer',
  about: 'threads.js, Pool of worker threads',
  package: 'threads',
  load: async () => {
    const { Pool, spawn, Transfer, Worker } = await import('threads');
    return ({ task, workers }) => {
      const pool = /** @type {any} */ (Pool(() => spawn(new Worker('./workers/threadsjs.mjs')), workers));
      return {
        submit: (argument, transfer) =>
          pool.queue((/** @type {any} */ worker) =>
            worker[task](transfer ? Transfer(/** @type {any} */ (argument), [...transfer]) : argument),
          ),
        close: () => pool.terminate(),
      };
    };
  },
};

export const contestants = [threadsjs];
