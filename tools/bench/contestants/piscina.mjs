import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant} */
const piscina = {
  name: 'piscina',
  kind: 'peer',
  about: 'piscina, worker threads',
  package: 'piscina',
  load: async () => {
    const { Piscina } = await import('piscina');
    const filename = fileURLToPath(new URL('./functions.mjs', import.meta.url));
    return ({ task, workers }) => {
      const pool = new Piscina({ filename, name: task, minThreads: workers, maxThreads: workers });
      return {
        submit: (argument, transferList) =>
          transferList ? pool.run(argument, { transferList: /** @type {any} */ (transferList) }) : pool.run(argument),
        close: () => pool.destroy(),
      };
    };
  },
};

export const contestants = [piscina];
