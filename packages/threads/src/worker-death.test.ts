/**
 * Tasks that end their worker: they fail with what is known of the end, and nobody else notices.
 *
 * @workers
 */
import type { MessagePort } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { block } from './test-support/latch.js';
import { failureAmid, identity, warm, withPool } from './test-support/with-pool.js';

const numbers = Array.from({ length: 50 }, (_, i) => i);

describe('a task that ends its worker', () => {
  test('process.exit(): WorkerDiedError with worker, code and task', async () => {
    await withPool({ maxWorkers: 2, threadNamePrefix: 'Mill' }, async (pool) => {
      const failure = await failureAmid(pool, () => pool.with({ name: 'grind' }).submit(() => process.exit(7)));
      expect(failure).toMatchObject({ name: 'WorkerDiedError', code: 'HEDDLE_WORKER_DIED', exitCode: 7 });
      expect((failure as unknown as { workerName: string }).workerName).toMatch(/^Mill_\d+$/);
      expect(failure.message).toMatch(
        /worker Mill_\d+ ended with exit code 7 while it ran task "grind".*not run again, since it may have had effects/,
      );
      expect(pool.statistics()).toMatchObject({ state: 'open', failed: 1, crashes: 1 });
    });
  });

  test('process.exit(0) is no success', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await failureAmid(pool, () => pool.submit(() => process.exit(0)))).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 0 });
    });
  });

  test('an uncaught exception outside of the task is told as the cause', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(async () => {
          setTimeout(() => {
            throw new RangeError('in a timer');
          }, 0);
          await new Promise(() => undefined);
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 1, cause: { name: 'RangeError', message: 'in a timer' } });
      expect(failure.message).toMatch(/RangeError: in a timer/);
    });
  });

  test('an uncaught exception of a task that is long done ends an idle worker: the next task runs elsewhere', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      const gate = latch();
      await pool.submit((words: Int32Array<SharedArrayBuffer>) => {
        void (Atomics as unknown as { waitAsync(...args: unknown[]): { value: Promise<void> } }).waitAsync(words, 0, 0).value.then(() => {
          queueMicrotask(() => {
            throw new Error('late');
          });
        });
        setInterval(() => {
          Atomics.notify(words, 0, 0);
        }, 1);
      }, gate.words);
      gate.open();
      expect(await Promise.all(numbers.map((n) => pool.submit(identity, n)))).toEqual(numbers);
      while (pool.statistics().crashes === 0) await warm(pool);
      await warm(pool);
    });
  });

  test('one that closes its channel: the task behind it, which never ends, does not begin', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await warm(pool);
      const futures = [
        pool.submit(async () => {
          const { workerData } = (await import('node:worker_threads')) as { workerData: unknown };
          (workerData as { port: MessagePort }).port.close();
        }),
        pool.with({ timeoutMs: 200 }).submit(() => {
          for (;;);
        }),
      ] as const;
      expect(await failureOf(futures[0])).toMatchObject({
        code: 'HEDDLE_WORKER_DIED',
        message: expect.stringMatching(/it closed its channel/) as unknown,
      });
      expect(await failureOf(futures[1])).toMatchObject({
        code: 'HEDDLE_WORKER_DIED',
        message: expect.stringMatching(/it closed its channel/) as unknown,
      });
    });
  });

  test('an uncaught exception after the channel was closed is still the cause', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(async () => {
          const { workerData } = (await import('node:worker_threads')) as { workerData: unknown };
          (workerData as { port: MessagePort }).port.close();
          setTimeout(() => {
            throw new RangeError('in a timer');
          }, 0);
          await new Promise(() => undefined);
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: { name: 'RangeError', message: 'in a timer' } });
    });
  });

  test('throw undefined, outside of the task', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(async () => {
          setTimeout(() => {
            throw undefined;
          }, 0);
          await new Promise(() => undefined);
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 1 });
    });
  });

  test('an unhandled rejection', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(async () => {
          void Promise.reject(new TypeError('nobody catches this'));
          await new Promise(() => undefined);
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: { name: 'TypeError', message: 'nobody catches this' } });
    });
  });

  test('running out of memory: resourceLimits end the worker, not the program', async () => {
    await withPool({ maxWorkers: 2, resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 } }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(() => {
          const hoard: unknown[] = [];
          for (;;) hoard.push(Array.from({ length: 1000 }, Math.random));
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } });
      expect(failure.message).toMatch(/memory/);
      expect(pool.statistics().crashes).toBe(1);
    });
  });

  test('a stack that overflows is an error like others', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(function dive(): number {
          return 1 + dive();
        }),
      );
      expect(failure).toMatchObject({ name: 'RangeError' });
      expect(pool.statistics().crashes).toBe(0);
    });
  });
});

describe('an infinite loop', () => {
  const loop = (words: Int32Array): never => {
    Atomics.add(words, 1, 1);
    for (;;);
  };

  test('abort() stops it', async () => {
    await withPool({ maxWorkers: 2 }, async (pool, latch) => {
      const gate = latch();
      const future = pool.submit(loop, gate.words);
      await gate.arrived(1);
      expect(future.cancel()).toBe(false);
      const beside = numbers.map((n) => pool.submit(identity, n));
      expect(await future.abort(new Error('enough'))).toBe(true);
      const failure = await failureOf(future);
      expect(failure).toMatchObject({ code: 'HEDDLE_ABORTED', cause: { message: 'enough' } });
      expect(failure.message).toMatch(/task "loop" was aborted while it ran/);
      expect(await Promise.all(beside)).toEqual(numbers);
      expect(pool.statistics().crashes).toBe(0);
      await warm(pool);
    });
  });

  test('timeoutMs stops it', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      const gate = latch();
      const failure = await failureAmid(pool, () => pool.with({ timeoutMs: 30 }).submit(loop, gate.words));
      expect(failure).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
      expect(failure.message).toMatch(/task "loop" ran longer than 30 ms \(timeoutMs\)/);
    });
  });

  test('its signal stops it', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      const gate = latch();
      const controller = new AbortController();
      const future = pool.with({ signal: controller.signal }).submit(loop, gate.words);
      await gate.arrived(1);
      controller.abort('stop it');
      expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'stop it' });
      await warm(pool);
    });
  });

  test('in all workers at once', async () => {
    await withPool({ maxWorkers: 3 }, async (pool, latch) => {
      const gate = latch();
      const loops = [1, 2, 3].map(() => pool.submit(loop, gate.words));
      const waiting = numbers.map((n) => pool.submit(identity, n));
      await gate.arrived(3);
      expect(await Promise.all(loops.map((future) => future.abort('all')))).toEqual([true, true, true]);
      for (const future of loops) expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED' });
      expect(await Promise.all(waiting)).toEqual(numbers);
    });
  });
});

describe('deaths again and again', () => {
  test('beyond deathLimit the pool breaks: each future has an error of its own, submit throws', async () => {
    await withPool({ maxWorkers: 2, deathLimit: { maxDeaths: 3, periodMs: 60_000 } }, async (pool) => {
      const futures = numbers.map(() => pool.submit(() => process.exit(1)));
      const failures = await Promise.all(futures.map(failureOf));
      const codes = failures.map((failure) => (failure as unknown as { code: string }).code);
      expect(codes.filter((code) => code === 'HEDDLE_WORKER_DIED').length).toBeGreaterThanOrEqual(3);
      const broken = failures.filter((failure) => (failure as unknown as { code: string }).code === 'HEDDLE_BROKEN_THREAD_POOL');
      expect(broken.length).toBeGreaterThan(0);
      expect(new Set(failures).size).toBe(numbers.length);
      for (const failure of broken) expect(failure.message).toMatch(/ThreadPoolExecutor is broken: .*exit code 1.*make a new executor/);
      expect(pool.statistics().state).toBe('broken');
      expect(() => pool.submit(identity, 1)).toThrow(/the task was not accepted: ThreadPoolExecutor is broken/);
    });
  });

  test('below it, the pool goes on', async () => {
    await withPool({ maxWorkers: 1, deathLimit: { maxDeaths: 3, periodMs: 60_000 } }, async (pool) => {
      for (const code of [1, 2, 3])
        expect(await failureAmid(pool, () => pool.submit((n: number) => process.exit(n), code))).toMatchObject({ exitCode: code });
      expect(pool.statistics()).toMatchObject({ state: 'open', crashes: 3 });
    });
  });

  test('a worker that dies takes none of its results along', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      await Promise.all(Array.from({ length: 500 }, (_, i) => pool.submit(identity, i))); // batches have grown
      const gate = latch();
      const first = pool.submit(block, gate.words, 'first');
      await gate.arrived(1);
      const before = numbers.map((n) => pool.submit(identity, n));
      const exit = pool.submit(() => process.exit(1));
      const after = numbers.map((n) => pool.submit(identity, n));
      gate.open();
      expect(await first).toBe('first');
      expect(await failureOf(exit)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
      expect(await Promise.all([...before, ...after])).toEqual([...numbers, ...numbers]);
    });
  });
});
