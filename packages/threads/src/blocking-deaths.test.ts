/**
 * Threads that end while their caller stands still in `resultSync`.
 *
 * @workers
 */
import type { MessagePort } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { identity, warm, withPool } from './test-support/with-pool.js';

const limitMs = 20_000;

function thrownBy(run: () => unknown): Error & { code?: string } {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('while the caller stands still', () => {
  test('a thread at its memory limit ends without a word: that is noticed, and it is replaced', async () => {
    await withPool({ maxWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 } }, async (pool) => {
      const hoarder = pool.with({ name: 'hoarder' }).submit(() => {
        const hoard: unknown[] = [];
        for (;;) hoard.push(Array.from({ length: 1000 }, Math.random));
      });
      const error = thrownBy(() => hoarder.resultSync(limitMs));
      expect(error).toMatchObject({ code: 'HEDDLE_WORKER_DIED', message: expect.stringMatching(/"hoarder".*memory limit/) });
      expect(pool.submit(identity, 1).resultSync(limitMs)).toBe(1);
      await warm(pool);
      expect(pool.statistics().crashes).toBe(1);
    });
  });

  test('one that ends as it starts, each time: the pool breaks', async () => {
    await withPool({ maxWorkers: 1, execArgv: ['--require', '/nowhere/at/all.cjs'] }, async (pool) => {
      const future = pool.submit(identity, 1);
      expect(thrownBy(() => future.resultSync(limitMs))).toMatchObject({ code: 'HEDDLE_BROKEN_THREAD_POOL' });
      await pool.shutdown();
    });
  });

  test('one that never gets ready: startTimeoutMs', async () => {
    await withPool({ maxWorkers: 1, startTimeoutMs: 300, initializer: () => new Promise(() => undefined) }, async (pool) => {
      const future = pool.submit(identity, 1);
      expect(thrownBy(() => future.resultSync(limitMs))).toMatchObject({
        code: 'HEDDLE_BROKEN_THREAD_POOL',
        message: expect.stringMatching(/startTimeoutMs/),
      });
      await pool.shutdown();
    });
  });

  test('one that closed its channel and lives on', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const future = pool.submit(async () => {
        const { workerData } = (await import('node:worker_threads')) as { workerData: unknown };
        (workerData as { port: MessagePort }).port.close();
        await new Promise(() => {
          setInterval(() => undefined, 1000);
        });
      });
      expect(thrownBy(() => future.resultSync(limitMs))).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
      expect(pool.submit(identity, 1).resultSync(limitMs)).toBe(1);
      await pool.shutdown();
    });
  });

  test('an exception that a task has others catch ends nothing', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const future = pool.submit(async () => {
        process.once('uncaughtException', () => undefined);
        setTimeout(() => {
          throw new Error('caught elsewhere');
        }, 0);
        await new Promise((resolve) => setTimeout(resolve, 20));
        process.exit(5);
      });
      const error = thrownBy(() => future.resultSync(limitMs));
      expect(error).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 5 });
      expect(error.message).not.toMatch(/caught elsewhere/);
      await warm(pool);
    });
  });

  test('a long task is no dead one', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const busy = (ms: number): string => {
        const end = performance.now() + ms;
        while (performance.now() < end);
        return 'done';
      };
      expect(pool.submit(busy, 600).resultSync(limitMs)).toBe('done');
      expect(pool.statistics().crashes).toBe(0);
    });
  });
});
