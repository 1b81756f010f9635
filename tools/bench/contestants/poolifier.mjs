import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant} */
const poolifier = {
  name: 'poolifier',
  kind: 'peer',
  about: 'poolifier, FixedThreadPool',
  package: 'poolifier',
  load: async () => {
    const { FixedThreadPool } = await import('poolifier');
    const file = fileURLToPath(new URL('./workers/poolifier.mjs', import.meta.url));
    return ({ task, workers }) => {
      const pool = new FixedThreadPool(workers, file);
      return {
        submit: (argument, transfer) => pool.execute(argument, task, undefined, transfer),
        close: () => pool.destroy(),
      };
    };
  },
};

export const contestants = [poolifier];
