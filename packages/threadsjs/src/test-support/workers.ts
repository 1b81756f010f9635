import { Worker } from 'threads';

/** @returns a worker from a file of fixtures. The library takes every path as relative to the file that calls it. */
export function workerOf(name: string): Worker {
  return new Worker(`../../fixtures/${name}.mjs`);
}
