// What runs async functions, a hundred at a time.
import { AsyncLocalStorage } from 'node:async_hooks';
import { effect, load, numbers, pLimit, pMap, pQueue } from '../src/async-peers.mjs';
import { sum } from '../src/statistics.mjs';

/** @import { Contestant, Together } from '../types.d.ts' */

const concurrency = 100;

/** @type {Together} */
const loops = {
  all: async (count, fn) => {
    /** @type {number[]} */
    const results = new Array(count);
    let next = 0;
    const loop = async () => {
      for (let n = next++; n < count; n = next++) results[n] = await fn(n);
    };
    await Promise.all(Array.from({ length: concurrency }, loop));
    return sum(results);
  },
};

/** @returns {Promise<Together>} */
const executorMap = async () => {
  const { CoroutineExecutor } = await load('@heddle/coroutines');
  const executor = new CoroutineExecutor({ maxConcurrency: concurrency });
  return {
    all: async (count, fn) => sum(await executor.map(fn, numbers(count)).toArray()),
    stream: (items, fn) => executor.map(fn, items),
  };
};

/** @returns {Promise<Together>} */
const executorSubmit = async () => {
  const { CoroutineExecutor } = await load('@heddle/coroutines');
  const executor = new CoroutineExecutor({ maxConcurrency: concurrency });
  return { all: async (count, fn) => sum(await Promise.all(numbers(count).map((n) => executor.submit(fn, n)))) };
};

/** @returns {Promise<Together>} */
const pMapStreams = async () => {
  const { pMapIterable } = await load('p-map');
  const { all } = await pMap(concurrency)();
  return { all, stream: (items, fn) => pMapIterable(items, fn, { concurrency, backpressure: 1024 }) };
};

/** In a program that uses an AsyncLocalStorage, as a traced server does, and as ours do. @returns {Promise<Together>} */
const pMapInContext = async () => {
  const context = new AsyncLocalStorage();
  const { all } = await pMap(concurrency)();
  return { all: (count, fn) => context.run(1, all, count, fn) };
};

/** @type {Contestant[]} */
export const contestants = [
  { name: 'heddle-executor-map', kind: 'ours', about: 'CoroutineExecutor, maxConcurrency: 100: map', loadTogether: executorMap },
  { name: 'heddle-executor-submit', kind: 'ours', about: 'the same: a submit each', loadTogether: executorSubmit },
  { name: 'loops-100', kind: 'limit', about: 'a hundred async loops over one counter, by hand', loadTogether: async () => loops },
  { name: 'p-map-100', kind: 'peer', about: 'p-map, concurrency: 100', package: 'p-map', loadTogether: pMapStreams },
  {
    name: 'p-map-100-context',
    kind: 'peer',
    about: 'the same, in a context of an AsyncLocalStorage',
    package: 'p-map',
    loadTogether: pMapInContext,
  },
  { name: 'p-limit-100', kind: 'peer', about: 'p-limit(100)', package: 'p-limit', loadTogether: pLimit(concurrency) },
  { name: 'p-queue-100', kind: 'peer', about: 'p-queue, concurrency: 100', package: 'p-queue', loadTogether: pQueue(concurrency) },
  { name: 'effect-100', kind: 'peer', about: 'Effect.forEach, concurrency: 100', package: 'effect', loadTogether: effect(concurrency) },
];
