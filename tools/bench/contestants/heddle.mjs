// Ours, in both spellings: a plain function that travels as source, and one known by (module, name).
import { orAbsent } from '../src/absent.mjs';
import * as functions from './functions.mjs';

/** @import { Contestant, Open } from '../types.d.ts' */

/** @type {Record<string, () => Promise<new (options: { maxWorkers: number }) => any>>} */
const EXECUTORS = {
  ThreadPoolExecutor: async () => (await import('@heddle/threads')).ThreadPoolExecutor,
  ProcessPoolExecutor: async () => (await import('@heddle/processes')).ProcessPoolExecutor,
};

/**
 * @param {keyof typeof EXECUTORS} name
 * @param {'source' | 'reference'} spelling
 * @returns {Promise<Open>}
 */
const load = async (name, spelling) => {
  const Executor = await /** @type {() => Promise<any>} */ (EXECUTORS[name])().catch(orAbsent);
  const serialization = /** @type {any} */ (await import('@heddle/serialization').catch(orAbsent));
  const module = new URL('./functions.mjs', import.meta.url).href;
  return ({ task, workers }) => {
    const pool = new Executor({ maxWorkers: workers });
    const fn = spelling === 'source' ? functions[task] : serialization.task(module, functions[task]);
    return {
      submit: (argument, list) => pool.submit(fn, list ? serialization.transfer(argument, [...list]) : argument),
      submitSync: (argument) => pool.submit(fn, argument).resultSync(),
      map: (items) => pool.map(fn, items).toArray(),
      close: () => pool.shutdown(),
    };
  };
};

/**
 * @param {string} name
 * @param {keyof typeof EXECUTORS} executor
 * @returns {Contestant[]}
 */
const inBothSpellings = (name, executor) => [
  { name, kind: 'ours', about: `${executor}, function by source`, load: () => load(executor, 'source') },
  { name: `${name}-ref`, kind: 'ours', about: `${executor}, function by reference`, load: () => load(executor, 'reference') },
];

export const contestants = [
  ...inBothSpellings('heddle', 'ThreadPoolExecutor'),
  ...inBothSpellings('heddle-processes', 'ProcessPoolExecutor'),
];
