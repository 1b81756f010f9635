// Ours, in both spellings: a plain function that travels as source, and one known by (module, name).
import { Absent } from '../src/absent.mjs';
import * as functions from './functions.mjs';

/** @import { Contestant, Open } from '../types.d.ts' */

/** @returns {Promise<{ threads: any, serialization: any }>} */
const libraries = async () => {
  try {
    return { threads: await import('@heddle/threads'), serialization: await import('@heddle/serialization') };
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ERR_MODULE_NOT_FOUND') throw new Absent('not built');
    throw error;
  }
};

/**
 * @param {'source' | 'reference'} spelling
 * @returns {Promise<Open>}
 */
const load = async (spelling) => {
  const { threads, serialization } = await libraries();
  const module = new URL('./functions.mjs', import.meta.url).href;
  return ({ task, workers }) => {
    const pool = new threads.ThreadPoolExecutor({ maxWorkers: workers });
    const fn = spelling === 'source' ? functions[task] : serialization.task(module, functions[task]);
    return {
      submit: (argument, list) => pool.submit(fn, list ? serialization.transfer(argument, [...list]) : argument),
      map: (items) => pool.map(fn, items).toArray(),
      close: () => pool.shutdown(),
    };
  };
};

/** @type {Contestant[]} */
export const contestants = [
  { name: 'heddle', kind: 'ours', about: 'ThreadPoolExecutor, function by source', load: () => load('source') },
  { name: 'heddle-ref', kind: 'ours', about: 'ThreadPoolExecutor, function by reference', load: () => load('reference') },
];
