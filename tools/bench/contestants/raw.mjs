// The platform's limits: worker_threads by hand, with nothing that makes it a pool.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** @import { Contestant, Open, OpenPool } from '../types.d.ts' */

/**
 * Answers come in the order of the questions, so a queue of resolvers is all the bookkeeping there is.
 * @param {Worker} worker
 * @returns {OpenPool['submit']}
 */
const laneTo = (worker) => {
  /** @type {((value: unknown) => void)[]} */
  const waiting = [];
  worker.on('message', (value) => waiting.shift()?.(value));
  return (argument, transfer) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      worker.postMessage(argument, transfer);
    });
};

/** @type {Open} */
const openRaw = ({ task, workers }) => {
  const file = new URL('./workers/raw.mjs', import.meta.url);
  const crew = Array.from({ length: workers }, () => new Worker(file, { workerData: { task } }));
  const lanes = crew.map(laneTo);
  let turn = 0;
  return {
    lanes,
    submit: (argument, transfer) => /** @type {OpenPool['submit']} */ (lanes[turn++ % workers])(argument, transfer),
    burst: (count) => burstOf(/** @type {Worker} */ (crew[0]), count, 1),
    close: () => Promise.all(crew.map((worker) => worker.terminate())),
  };
};

/** @returns {Promise<OpenPool>} */
const openBatches = async () => {
  const worker = new Worker(new URL('./workers/raw-batch.mjs', import.meta.url));
  await once(worker, 'message');
  return {
    submit: () => Promise.reject(new Error('one task alone is no batch')),
    burst: (count) => burstOf(worker, count, BATCH),
    map: (items) => mapOf(worker, items),
    close: () => worker.terminate(),
  };
};

const BATCH = 100;

/**
 * @param {Worker} worker
 * @param {number} count
 * @param {number} batch
 * @returns {Promise<number>}
 */
const burstOf = (worker, count, batch) =>
  new Promise((resolve) => {
    let left = count;
    let sum = 0;
    worker.removeAllListeners('message');
    worker.on('message', (answer) => {
      if (typeof answer === 'number') sum += answer;
      else for (const value of answer) sum += value;
      left -= batch;
      if (left <= 0) resolve(sum);
    });
    for (let i = 0; i < count; i += batch) {
      if (batch === 1) worker.postMessage(i);
      else worker.postMessage(Array.from({ length: batch }, (_, j) => i + j));
    }
  });

/**
 * @param {Worker} worker
 * @param {readonly number[]} items
 * @returns {Promise<number[]>}
 */
const mapOf = (worker, items) =>
  new Promise((resolve) => {
    /** @type {number[]} */
    const results = [];
    worker.removeAllListeners('message');
    worker.on('message', (answer) => {
      for (const value of answer) results.push(value);
      if (results.length === items.length) resolve(results);
    });
    for (let i = 0; i < items.length; i += BATCH) worker.postMessage(items.slice(i, i + BATCH));
  });

/**
 * @param {Parameters<Open>[0]} options
 * @returns {Promise<OpenPool>}
 */
const openSpin = async ({ task }) => {
  const sent = new Int32Array(new SharedArrayBuffer(64));
  const worker = new Worker(new URL('./workers/raw-spin.mjs', import.meta.url), { workerData: { task, sent } });
  await once(worker, 'message');
  const submit = laneTo(worker);
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
  { name: 'raw-spin', kind: 'limit', about: 'postMessage by hand, the idle worker spins 50 us before it parks', load: async () => openSpin },
];
