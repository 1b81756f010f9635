// After its last message the worker watches a shared counter for 50 us, then goes back to its event loop.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import * as functions from '../functions.mjs';

const SPIN_MS = 0.05;
const { sent, task } = /** @type {{ sent: Int32Array, task: import('../../types.d.ts').TaskName }} */ (workerData);
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const run = functions[task];

/** @param {unknown} argument */
const answer = (argument) => port.postMessage(run(/** @type {never} */ (argument)));

/** @param {number} seen */
const moreArrives = (seen) => {
  const end = performance.now() + SPIN_MS;
  do {
    for (let i = 0; i < 200; i++) if (Atomics.load(sent, 0) !== seen) return true;
  } while (performance.now() < end);
  return false;
};

port.on('message', (argument) => {
  answer(argument);
  for (;;) {
    const seen = Atomics.load(sent, 0);
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) answer(next.message);
    if (!moreArrives(seen)) return;
  }
});
port.postMessage('up');
