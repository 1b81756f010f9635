/**
 * killWorkers(): as that of processes; a thread has no say in it.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { block } from './test-support/latch.js';
import { identity, withPool } from './test-support/with-pool.js';

test('what runs fails with the end of its worker, what waits with the reason; later submits are refused', async () => {
  await withPool({ maxWorkers: 2 }, async (pool, latch) => {
    const gate = latch();
    const running = [1, 2].map((n) => pool.submit(block, gate.words, n));
    const waiting = [1, 2, 3].map((n) => pool.submit(identity, n));
    await gate.arrived(2);
    await pool.killWorkers();
    for (const future of running) expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    for (const future of waiting)
      expect(await failureOf(future)).toMatchObject({
        code: 'HEDDLE_BROKEN_THREAD_POOL',
        message: expect.stringMatching(/forcefully shut down \(killWorkers\)/),
      });
    expect(pool.statistics()).toMatchObject({ crashes: 0, workers: { starting: 0, busy: 0, idle: 0, stopping: 0 } });
    expect(() => pool.submit(identity, 1)).toThrow(/cannot schedule new futures after shutdown/);
  });
});

test('before anything was started, twice, and after shutdown: nothing happens', async () => {
  await withPool({ maxWorkers: 1 }, async (pool) => {
    await pool.killWorkers();
    await pool.killWorkers();
    await pool.shutdown();
    await pool.killWorkers();
  });
});

test('what a task has submitted goes too, also when the task itself has ended', async () => {
  await withPool({ maxWorkers: 2 }, async (pool, latch) => {
    const gate = latch();
    await pool.submit(
      async (words, run) => {
        const { currentExecutor } = await import('@heddle/futures');
        void currentExecutor()?.submit(run, words, 1);
      },
      gate.words,
      block,
    );
    await gate.arrived(1);
    await pool.killWorkers();
    expect(gate.arrivals).toBe(1);
  });
});
