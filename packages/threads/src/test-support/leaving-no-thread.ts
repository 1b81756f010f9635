import { expect } from '@jest/globals';
import { until } from '@heddle/testkit/support';
import { enumerate } from '@heddle/threads';
import { holdings } from './leftovers.js';

/** A test that afterwards waits for what it held to be gone: threads, their ports, and their names in `enumerate()`. */
export function leavingNoThread(body: () => Promise<void>): () => Promise<void> {
  return async () => {
    const before = holdings();
    const known = new Set(enumerate().map(({ name }) => name)); // of tests before it
    await body();
    await until('threads and ports to be gone', () => {
      const { threads, asyncHandles } = holdings();
      return threads <= before.threads && asyncHandles <= before.asyncHandles;
    });
    await new Promise(setImmediate); // their ends have been told
    expect(
      enumerate()
        .map(({ name }) => name)
        .filter((name) => !known.has(name)),
    ).toEqual([]);
  };
}
