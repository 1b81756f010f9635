import { fileURLToPath } from 'node:url';

/** @import { Contestant, Open } from '../types.d.ts' */

/** @param {string} file */
const inWorkers = (file) => fileURLToPath(new URL(`./workers/${file}`, import.meta.url));

/** @type {Record<string, (library: typeof import('poolifier'), options: Parameters<Open>[0]) => any>} */
const POOLS = {
  FixedThreadPool: ({ FixedThreadPool }, { workers }) => new FixedThreadPool(workers, inWorkers('poolifier.mjs')),
  FixedClusterPool: ({ FixedClusterPool }, { workers, structured }) =>
    new FixedClusterPool(workers, inWorkers('poolifier-cluster.cjs'), structured ? { settings: { serialization: 'advanced' } } : {}),
};

/**
 * @param {string} name
 * @param {keyof typeof POOLS} kind
 * @returns {Contestant}
 */
const poolifier = (name, kind) => ({
  name,
  kind: 'peer',
  about: `poolifier, ${kind}`,
  package: 'poolifier',
  load: async () => {
    const library = await import('poolifier');
    return (options) => {
      const pool = POOLS[kind]?.(library, options);
      return {
        submit: (argument, transfer) => pool.execute(argument, options.task, undefined, transfer),
        close: () => pool.destroy(),
      };
    };
  },
});

export const contestants = [poolifier('poolifier', 'FixedThreadPool'), poolifier('poolifier-cluster', 'FixedClusterPool')];
