// Python's executors, for the rows that contestants/python.py knows.
import { fileURLToPath } from 'node:url';

/** @import { Contestant } from '../types.d.ts' */

/**
 * @param {string} name as python.py knows it, behind the prefix
 * @param {string} about
 * @returns {Contestant}
 */
const python = (name, about) => ({
  name: `python-${name}`,
  kind: 'python',
  about,
  command: (row, scale) => ({
    file: 'python3',
    // -E -s -B: without the user's settings, and without leaving __pycache__ behind.
    args: ['-E', '-s', '-B', fileURLToPath(new URL('./python.py', import.meta.url)), row.work ?? row.name, name, JSON.stringify(scale)],
  }),
});

export const contestants = [
  python('threads', 'concurrent.futures.ThreadPoolExecutor, 2 workers'),
  python('processes', 'concurrent.futures.ProcessPoolExecutor, 2 workers'),
  python('pool', 'multiprocessing.Pool, 2 workers'),
  python('executor-map', 'ProcessPoolExecutor.map(chunksize=1000), 2 workers'),
  python('asyncio-group', 'asyncio.TaskGroup'),
  python('asyncio-gather', 'asyncio.gather'),
];
