/** @workers */
import { expect, test } from '@jest/globals';
import { identity } from '@heddle/testkit/support';
import { withPool } from './test-support/with-pool.js';

const hoard = (mebibytes: number): number => {
  const kept = ((globalThis as { kept?: Uint8Array[] }).kept ??= []);
  for (let i = 0; i < mebibytes; i++) kept.push(new Uint8Array(2 ** 20).fill(1));
  const endMs = performance.now() + 60; // longer than memory goes unlooked at
  while (performance.now() < endMs);
  return process.pid;
};

test('a worker beyond maxMemory is replaced between two tasks, and no task notices', async () => {
  await withPool({ maxWorkers: 1, maxMemory: 300 * 2 ** 20 }, async (pool) => {
    const pids: number[] = [];
    for (let i = 0; i < 4; i++) pids.push(await pool.submit(hoard, 150));
    expect(pids[0]).not.toBe(pids[3]);
    expect(new Set(pids).size).toBeLessThan(4); // not after every task
    expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0, state: 'open' });
  });
});

test('tasks that wait behind go to the replacement', async () => {
  await withPool({ maxWorkers: 1, maxMemory: 300 * 2 ** 20 }, async (pool) => {
    const first = pool.submit(hoard, 300);
    const rest = Array.from({ length: 100 }, (_, i) => pool.submit(identity, i));
    const pid = await first;
    expect(await Promise.all(rest)).toEqual(rest.map((_, i) => i));
    expect(await pool.submit(() => process.pid)).not.toBe(pid);
    expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0 });
  });
});

test('a task on a worker that is beyond it may still wait for tasks of its own', async () => {
  await withPool({ maxWorkers: 1, maxMemory: 300 * 2 ** 20 }, async (pool) => {
    const pids = await pool.submit(async () => {
      const { currentExecutor } = await import('@heddle/futures');
      const swell = (): number => {
        (globalThis as { kept?: Uint8Array }).kept = new Uint8Array(400 * 2 ** 20).fill(1);
        const endMs = performance.now() + 60;
        while (performance.now() < endMs);
        return process.pid;
      };
      const swollen = await currentExecutor()!.submit(swell);
      return [process.pid, swollen, await currentExecutor()!.submit(() => process.pid)];
    });
    expect(pids[1]).toBe(pids[0]);
    expect(pids[2]).not.toBe(pids[0]);
    expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0 });
  });
});
