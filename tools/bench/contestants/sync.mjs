// What threads share: ours, a lock of nothing but Atomics, and messages in the place of a queue.
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { orAbsent } from '../src/absent.mjs';

/** @import { Contestant, SyncKit } from '../types.d.ts' */

/** @returns {Promise<SyncKit>} */
const loadHeddle = async () => {
  const { Lock, Queue, RLock, Semaphore } = /** @type {any} */ (await import('@heddle/sync').catch(orAbsent));
  const { decodeValue, encodeValue, loadClasses } = /** @type {any} */ (await import('@heddle/serialization'));
  const make = (/** @type {unknown} */ object) => encodeValue([object], 'args', false, 'thread').value;
  const use = async (/** @type {unknown} */ made) => {
    await loadClasses(made);
    return decodeValue(made)[0];
  };
  const mutex = (/** @type {any} */ object) => ({
    acquire: () => object.acquireSync(),
    release: () => object.release(),
    acquireAwaiting: () => object.acquire(),
  });
  return {
    makeLock: () => make(new Lock()),
    useLock: async (made) => mutex(await use(made)),
    others: { lock: mutex(new Lock()), rlock: mutex(new RLock()), semaphore: mutex(new Semaphore()) },
    makeQueue: () => make(new Queue({ maxSize: 1000 })),
    useQueue: async (made) => {
      const queue = await use(made);
      return { put: (item) => queue.putSync(item), get: () => queue.getSync() };
    },
  };
};

/** Drepper's lock of three states: free, taken, taken and slept for. @returns {Promise<SyncKit>} */
const loadAtomics = async () => ({
  makeLock: () => new Int32Array(new SharedArrayBuffer(4)),
  useLock: async (/** @type {Int32Array} */ word) => ({
    acquire: () => {
      let was = Atomics.compareExchange(word, 0, 0, 1);
      while (was !== 0) {
        if (was === 2 || Atomics.compareExchange(word, 0, 1, 2) !== 0) Atomics.wait(word, 0, 2);
        was = Atomics.compareExchange(word, 0, 0, 2);
      }
    },
    release: () => {
      if (Atomics.exchange(word, 0, 0) === 2) Atomics.notify(word, 0, 1);
    },
  }),
});

const LOOKS = 1000;

/** A lock of tickets, first come, first served: it watches for a moment, then sleeps. @returns {Promise<SyncKit>} */
const loadTickets = async () => ({
  makeLock: () => new Int32Array(new SharedArrayBuffer(256)),
  useLock: async (/** @type {Int32Array} */ words) => ({
    acquire: () => {
      const ticket = Atomics.add(words, 0, 1);
      for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, 32) === ticket) return;
      for (let served = Atomics.load(words, 32); served !== ticket; served = Atomics.load(words, 32)) Atomics.wait(words, 32, served);
    },
    release: () => {
      Atomics.add(words, 32, 1);
      Atomics.notify(words, 32);
    },
  }),
});

/** A message an item, and a thread that looks for them as fast as it can. @returns {Promise<SyncKit>} */
const loadMessages = async () => ({
  makeLock: () => undefined,
  useLock: () => Promise.reject(new Error('messages are no lock')),
  makeQueue: () => new MessageChannel(),
  useQueue: async (/** @type {import('node:worker_threads').MessagePort} */ port) => ({
    put: (item) => port.postMessage(item),
    get: () => {
      for (;;) {
        const next = receiveMessageOnPort(port);
        if (next !== undefined) return next.message;
      }
    },
  }),
});

/** @type {Contestant[]} */
export const contestants = [
  { name: 'heddle-sync', kind: 'ours', about: 'Lock and Queue of @heddle/sync', loadSync: loadHeddle },
  { name: 'atomics', kind: 'limit', about: 'a lock by hand: compareExchange, wait, notify; in no order', loadSync: loadAtomics },
  {
    name: 'atomics-in-order',
    kind: 'limit',
    about: 'a lock of tickets by hand: add, wait, notify; first come, first served, and no more',
    loadSync: loadTickets,
  },
  { name: 'messages', kind: 'limit', about: 'postMessage by hand, one message an item', loadSync: loadMessages },
];
