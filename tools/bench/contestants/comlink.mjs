// Comlink is a proxy to one worker, not a pool: it has no queue and no crew.
import { Worker } from 'node:worker_threads';

/** @import { Contestant } from '../types.d.ts' */

/** @type {Contestant} */
const comlink = {
  name: 'comlink',
  kind: 'peer',
  about: 'Comlink, one worker',
  package: 'comlink',
  pool: false,
  load: async () => {
    const Comlink = await import('comlink');
    const { default: nodeEndpoint } = await import('comlink/dist/esm/node-adapter.mjs');
    return ({ task }) => {
      const worker = new Worker(new URL('./workers/comlink.mjs', import.meta.url));
      const remote = /** @type {any} */ (Comlink.wrap(/** @type {any} */ (nodeEndpoint)(worker)));
      const run = remote[task];
      return {
        submit: (argument, transfer) => run(transfer ? Comlink.transfer(/** @type {any} */ (argument), [...transfer]) : argument),
        close: () => worker.terminate(),
      };
    };
  },
};

export const contestants = [comlink];
