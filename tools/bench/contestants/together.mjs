// What runs many async functions at the same time, and waits for all of them.
import { AsyncLocalStorage } from 'node:async_hooks';
import { effect, load, numbers, pLimit, pMap, pQueue } from '../src/async-peers.mjs';
import { sum } from '../src/statistics.mjs';

/** @import { Contestant, Together } from '../types.d.ts' */

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
  { name: 'p-map', kind: 'peer', about: 'p-map, concurrency: Infinity', package: 'p-map', loadTogether: pMap(Infinity) },
  { name: 'p-limit', kind: 'peer', about: 'p-limit(Infinity)', package: 'p-limit', loadTogether: pLimit(Infinity) },
  { name: 'p-queue', kind: 'peer', about: 'p-queue, concurrency: Infinity', package: 'p-queue', loadTogether: pQueue(Infinity) },
  { name: 'effect', kind: 'peer', about: "Effect.forEach, concurrency: 'unbounded'", package: 'effect', loadTogether: effect('unbounded') },
];
