import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/**
 * @param {string} name
 * @param {'worker_threads' | 'child_process'} runtime
 * @returns {Contestant}
 */
const tinypool = (name, runtime) => ({
  name,
  kind: 'peer',
  about: `tinypool, runtime ${runtime}`,
  package: 'tinypool',
  load: async () => {
    const { Tinypool } = await import('tinypool');
    const filename = fileURLToPath(new URL('./functions.mjs', import.meta.url));
    return ({ task, workers, structured }) => {
      const pool = new Tinypool({
        runtime,
        filename,
        name: task,
        minThreads: workers,
        maxThreads: workers,
        ...(structured && { serialization: 'advanced' }),
      });
      return {
        submit: (argument, transferList) =>
          transferList ? pool.run(argument, { transferList: /** @type {any} */ (transferList) }) : pool.run(argument),
        close: () => pool.destroy(),
      };
    };
  },
});

export const contestants = [tinypool('tinypool', 'worker_threads'), tinypool('tinypool-processes', 'child_process')];
