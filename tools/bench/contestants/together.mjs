// What runs many async functions at the same time, and waits for all of them.
import { AsyncLocalStorage } from 'node:async_hooks';
import { orAbsent } from '../src/absent.mjs';
import { sum } from '../src/statistics.mjs';

/** @import { Contestant, Together } from '../types.d.ts' */

/** @param {number} count */
const numbers = (count) => Array.from({ length: count }, (_, i) => i);

/** @param {string} name @returns {Promise<any>} */
const load = (name) => import(name).catch(orAbsent);

/** @type {Together} */
const promiseAll = { all: async (count, fn) => sum(await Promise.all(numbers(count).map(fn))) };

/** @returns {Promise<Together>} */
const inContexts = async () => {
  const context = new AsyncLocalStorage();
  return { all: async (count, fn) => sum(await Promise.all(numbers(count).map((n) => context.run(n, fn, n)))) };
};

/** @returns {Promise<Together>} */
const taskGroup = async () => {
  const { TaskGroup } = await load('@heddle/coroutines');
  return {
    all: (count, fn) =>
      TaskGroup.run(async (/** @type {any} */ group) => {
        const tasks = [];
        for (let i = 0; i < count; i++) tasks.push(group.createTask(fn, i));
        return sum(await Promise.all(tasks));
      }),
  };
};

/** @returns {Promise<Together>} */
const gather = async () => {
  const { gather } = await load('@heddle/coroutines');
  return { all: async (count, fn) => sum(await gather(numbers(count).map((n) => () => fn(n)))) };
};

/** @returns {Promise<Together>} */
const pMap = async () => {
  const { default: pMap } = await load('p-map');
  return { all: async (count, fn) => sum(await pMap(numbers(count), fn, { concurrency: Infinity })) };
};

/** @returns {Promise<Together>} */
const pLimit = async () => {
  const { default: pLimit } = await load('p-limit');
  return {
    all: async (count, fn) => {
      const limit = pLimit(Infinity);
      return sum(await Promise.all(numbers(count).map((n) => limit(fn, n))));
    },
  };
};

/** @returns {Promise<Together>} */
const pQueue = async () => {
  const { default: PQueue } = await load('p-queue');
  return {
    all: async (count, fn) => {
      const queue = new PQueue({ concurrency: Infinity });
      return sum(await Promise.all(numbers(count).map((n) => queue.add(() => fn(n)))));
    },
  };
};

/** @returns {Promise<Together>} */
const effect = async () => {
  const { Effect } = await load('effect');
  return {
    all: async (count, fn) =>
      sum(
        await Effect.runPromise(
          Effect.forEach(numbers(count), (/** @type {number} */ n) => Effect.promise(() => fn(n)), { concurrency: 'unbounded' }),
        ),
      ),
  };
};

/** @type {Contestant[]} */
export const contestants = [
  { name: 'heddle-group', kind: 'ours', about: 'TaskGroup.run, a task each', loadTogether: taskGroup },
  { name: 'heddle-gather', kind: 'ours', about: 'gather of functions', loadTogether: gather },
  { name: 'promise-all', kind: 'limit', about: 'Promise.all', loadTogether: async () => promiseAll },
  {
    name: 'promise-all-contexts',
    kind: 'limit',
    about: 'Promise.all, each call in an AsyncLocalStorage context of its own',
    loadTogether: inContexts,
  },
  { name: 'p-map', kind: 'peer', about: 'p-map, concurrency: Infinity', package: 'p-map', loadTogether: pMap },
  { name: 'p-limit', kind: 'peer', about: 'p-limit(Infinity)', package: 'p-limit', loadTogether: pLimit },
  { name: 'p-queue', kind: 'peer', about: 'p-queue, concurrency: Infinity', package: 'p-queue', loadTogether: pQueue },
  { name: 'effect', kind: 'peer', about: "Effect.forEach, concurrency: 'unbounded'", package: 'effect', loadTogether: effect },
];
