// The limit of a blocking call: both threads do nothing but watch a shared word, and sleep when that takes long.
import { once } from 'node:events';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';

/** @import { Contestant, Open } from '../types.d.ts' */

const SPINS = 20_000;

/** @type {Open} */
const openBlocking = async ({ task }) => {
  const { port1, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(64)); // 0: rung by the caller, 1: by the worker
  const worker = new Worker(new URL('./workers/raw-blocking.mjs', import.meta.url), {
    workerData: { task, port: port2, bell, spins: SPINS },
    transferList: [port2],
  });
  await once(worker, 'message');
  /** @param {unknown} argument */
  const call = (argument) => {
    const seen = Atomics.load(bell, 1);
    port1.postMessage(argument);
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
    for (let i = 0; i < SPINS && Atomics.load(bell, 1) === seen; i++);
    while (Atomics.load(bell, 1) === seen) Atomics.wait(bell, 1, seen); // a notification of the call before may wake it
    return receiveMessageOnPort(port1)?.message;
  };
  return {
    submit: async (argument) => call(argument),
    submitSync: call,
    close: () => {
      port1.close();
      return worker.terminate();
    },
  };
};

/** @type {Contestant[]} */
export const contestants = [
  {
    name: 'raw-blocking',
    kind: 'limit',
    about: 'by hand: both sides spin on a shared word, then sleep in Atomics.wait',
    load: async () => openBlocking,
  },
];
