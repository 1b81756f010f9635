import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import * as functions from '../functions.mjs';

const { task, port, bell, spins } =
  /** @type {{ task: import('../../types.d.ts').TaskName, port: import('node:worker_threads').MessagePort, bell: Int32Array, spins: number }} */ (
    workerData
  );
const run = functions[task];

parentPort?.postMessage('up');
for (let seen = 0; ;) {
  for (let i = 0; i < spins && Atomics.load(bell, 0) === seen; i++);
  Atomics.wait(bell, 0, seen);
  seen = Atomics.load(bell, 0);
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    port.postMessage(run(/** @type {never} */ (next.message)));
    Atomics.add(bell, 1, 1);
    Atomics.notify(bell, 1);
  }
}
