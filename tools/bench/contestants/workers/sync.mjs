// One of the two threads of a row about locks or queues.
import { parentPort, workerData } from 'node:worker_threads';
import { contestants } from '../sync.mjs';

/** @type {{ contestant: string, role: keyof typeof roles, made: any, words: Int32Array, items: unknown[] }} */
const { contestant, role, made, words, items } = workerData;
const kit = await contestants.find(({ name }) => name === contestant)?.loadSync?.();
if (!kit) throw new Error(`no kit: ${contestant}`);

/** Items that go through before the clock starts. */
const WARM_UP = 20_000;

/** Words: 0 ready threads, 1 whether to go, 2 whether to stop, 3 count inside the lock. */
const waitForStart = () => {
  Atomics.add(words, 0, 1);
  Atomics.wait(words, 1, 0);
};

const roles = {
  fight: async () => {
    const { acquire, release } = await kit.useLock(made);
    waitForStart();
    let count = 0;
    while (Atomics.load(words, 2) === 0) {
      for (let i = 0; i < 50; i++) {
        acquire();
        words[3] = /** @type {number} */ (words[3]) + 1;
        release();
      }
      count += 50;
    }
    return count;
  },
  put: async () => {
    const queue = await kit.useQueue?.(made);
    for (const item of items.slice(0, WARM_UP)) queue?.put(item);
    waitForStart();
    for (const item of items) queue?.put(item);
    return 0;
  },
  get: async () => {
    const queue = await kit.useQueue?.(made);
    for (let i = 0; i < WARM_UP; i++) queue?.get();
    waitForStart();
    let sum = 0;
    for (let i = 0; i < items.length; i++) {
      const item = /** @type {any} */ (queue?.get());
      sum += typeof item === 'number' ? item : item.id;
    }
    return sum;
  },
};

parentPort?.postMessage(await roles[role]());
