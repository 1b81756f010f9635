// The libraries that run async functions, with a bound or without: contestants of bounded.mjs and together.mjs.
import { orAbsent } from './absent.mjs';
import { sum } from './statistics.mjs';

/** @import { Together } from '../types.d.ts' */

/** @param {number} count */
export const numbers = (count) => Array.from({ length: count }, (_, i) => i);

/** @param {string} name @returns {Promise<any>} */
export const load = (name) => import(name).catch(orAbsent);

/** @param {number} concurrency @returns {() => Promise<Together>} */
export const pMap = (concurrency) => async () => {
  const { default: pMap } = await load('p-map');
  return { all: async (count, fn) => sum(await pMap(numbers(count), fn, { concurrency })) };
};

/** @param {number} concurrency @returns {() => Promise<Together>} */
export const pLimit = (concurrency) => async () => {
  const { default: pLimit } = await load('p-limit');
  return {
    all: async (count, fn) => {
      const limit = pLimit(concurrency);
      return sum(await Promise.all(numbers(count).map((n) => limit(fn, n))));
    },
  };
};

/** @param {number} concurrency @returns {() => Promise<Together>} */
export const pQueue = (concurrency) => async () => {
  const { default: PQueue } = await load('p-queue');
  return {
    all: async (count, fn) => {
      const queue = new PQueue({ concurrency });
      return sum(await Promise.all(numbers(count).map((n) => queue.add(() => fn(n)))));
    },
  };
};

/** @param {number | 'unbounded'} concurrency @returns {() => Promise<Together>} */
export const effect = (concurrency) => async () => {
  const { Effect } = await load('effect');
  return {
    all: async (count, fn) =>
      sum(
        await Effect.runPromise(Effect.forEach(numbers(count), (/** @type {number} */ n) => Effect.promise(() => fn(n)), { concurrency })),
      ),
  };
};
