import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant} */
const tinypool = {
  name: 'tinypool',
  kind: 'peer',
  about: 'tinypool, worker threads',
  package: 'tinypool',
  load: async () => {
    const { Tinypool } = await import('tinypool');
    const filename = fileURLToPath(new URL('./functions.mjs', import.meta.url));
    return ({ task, workers }) => {
      const pool = new Tinypool({ filename, name: task, minThreads: workers, maxThreads: workers });
      return {
        submit: (argument, transferList) =>
          transferList ? pool.run(argument, { transferList: /** @type {any} */ (transferList) }) : pool.run(argument),
        close: () => pool.destroy(),
      };
    };
  },
};

export const contestants = [tinypool];
