/** @workers */
import { expect, test } from '@jest/globals';
import { identity } from '@heddle/testkit/support';
import { withPool } from './test-support/with-pool.js';

/** Keeps so many bytes, on the heap or in buffers, for longer than memory goes unlooked at. */
const hoard = async (mebibytes: number, where: 'heap' | 'buffers'): Promise<number> => {
  const kept = ((globalThis as { kept?: unknown[] }).kept ??= []);
  for (let i = 0; i < mebibytes; i++)
    kept.push(where === 'heap' ? Array.from({ length: 2 ** 17 }, (_, n) => n) : new Uint8Array(2 ** 20).fill(1));
  for (const endMs = performance.now() + 30; performance.now() < endMs;);
  return (await import('node:worker_threads')).threadId;
};

test.each(['heap', 'buffers'] as const)(
  'a thread beyond maxMemory (%s) is replaced between two tasks, and no task notices',
  async (where) => {
    await withPool({ maxWorkers: 1, maxMemory: 120 * 2 ** 20 }, async (pool) => {
      const threads: number[] = [];
      for (let i = 0; i < 4; i++) threads.push(await pool.submit(hoard, 70, where));
      expect(threads[0]).not.toBe(threads[3]);
      expect(new Set(threads).size).toBeLessThan(4); // not after every task
      expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0, state: 'open' });
    });
  },
);

test('tasks that wait behind go to the replacement', async () => {
  await withPool({ maxWorkers: 1, maxMemory: 100 * 2 ** 20 }, async (pool) => {
    const first = pool.submit(hoard, 150, 'buffers');
    const rest = Array.from({ length: 100 }, (_, i) => pool.submit(identity, i));
    const thread = await first;
    expect(await Promise.all(rest)).toEqual(rest.map((_, i) => i));
    expect(await pool.submit(async () => (await import('node:worker_threads')).threadId)).not.toBe(thread);
    expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0 });
  });
});

test('bad values are named', async () => {
  await expect(withPool({ maxMemory: 0 }, async () => undefined)).rejects.toThrow(/maxMemory must be/);
  await expect(withPool({ maxMemory: '1 GB' as never }, async () => undefined)).rejects.toThrow(/maxMemory must be/);
});
