/** How often each task ran: counted where no worker's end can lose it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @import { ExecutorKind } from './types.d.ts' */

/**
 * Threads count in shared memory, processes add lines to a file. In memory the number of workers that were started stands
 * first; beside the file another one has a byte for each.
 *
 * @typedef {object} Marks
 * @property {{ readonly memory: SharedArrayBuffer } | { readonly runs: string, readonly starts: string }} forWorkers
 * @property {() => Int32Array} runs
 * @property {() => void} remove
 */

/** @param {ExecutorKind} executor @param {number} ids @returns {Marks} */
export function createMarks(executor, ids) {
  return executor === 'threads' ? inMemory(ids) : inFiles(ids);
}

/** @param {number} ids @returns {Marks} */
function inMemory(ids) {
  const memory = new SharedArrayBuffer((1 + ids) * 4);
  return { forWorkers: { memory }, runs: () => new Int32Array(memory).slice(1), remove: () => undefined };
}

/** @param {number} ids @returns {Marks} */
function inFiles(ids) {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const files = { runs: join(folder, 'runs'), starts: join(folder, 'starts') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  return {
    forWorkers: files,
    runs: () => {
      const counts = new Int32Array(ids);
      for (const line of readFileSync(files.runs, 'utf8').split('\n')) if (line !== '') counts[Number(line)]++;
      return counts;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
