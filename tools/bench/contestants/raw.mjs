// The platform's limits for threads: worker_threads by hand, with nothing that makes it a pool.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { batchesOn, laneOn, poolOn } from '../src/line.mjs';

/** @import { Contestant, Open, OpenPool } from '../types.d.ts' */
/** @import { Line } from '../src/line.mjs' */

const BATCH = 100;

/** @param {string} file */
const inWorkers = (file) => new URL(`./workers/${file}`, import.meta.url);

/** @param {Worker} worker @returns {Line} */
const lineTo = (worker) => ({
  post: (message, transfer) => worker.postMessage(message, transfer),
  listen: (listener) => void worker.removeAllListeners('message').on('message', listener),
  close: () => worker.terminate(),
});

/** @type {Open} */
const openRaw = ({ task, workers }) =>
  poolOn(Array.from({ length: workers }, () => lineTo(new Worker(inWorkers('raw.mjs'), { workerData: { task } }))));

/** @returns {Promise<OpenPool>} */
const openBatches = async () => {
  const worker = new Worker(inWorkers('raw-batch.mjs'));
  await once(worker, 'message');
  return batchesOn(lineTo(worker), BATCH);
};

/**
 * @param {Parameters<Open>[0]} options
 * @returns {Promise<OpenPool>}
 */
const openSpin = async ({ task }) => {
  const sent = new Int32Array(new SharedArrayBuffer(64));
  const worker = new Worker(inWorkers('raw-spin.mjs'), { workerData: { task, sent } });
  await once(worker, 'message');
  const submit = laneOn(lineTo(worker));
  return {
    submit: (argument, transfer) => {
      const answer = submit(argument, transfer);
      Atomics.add(sent, 0, 1);
      return answer;
    },
    close: () => worker.terminate(),
  };
};

/** @type {Contestant[]} */
export const contestants = [
  { name: 'raw', kind: 'limit', about: 'postMessage by hand, one message a task', load: async () => openRaw },
  { name: 'raw-100', kind: 'limit', about: 'postMessage by hand, a hundred tasks a message', load: async () => openBatches },
  {
    name: 'raw-spin',
    kind: 'limit',
    about: 'postMessage by hand, the idle worker spins 50 us before it parks',
    load: async () => openSpin,
  },
];
