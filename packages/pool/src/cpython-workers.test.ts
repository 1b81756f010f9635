/**
 * The behaviours of CPython's _TestPoolWorkerErrors and _TestPoolWorkerLifetime, under their names, on processes and on threads.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { currentTask } from '@heddle/futures';
import { failureOf, warningsOf } from '@heddle/testkit/support';
import { describeEachPool, range, square } from './test-support/each-pool.js';

const workerId = (): number | undefined => currentTask()?.workerId;

describeEachPool('_TestPoolWorkerErrors', ({ make }) => {
  test('test_async_error_callback', async () => {
    const pool = make(2);
    let told: unknown;
    const result = pool.applyAsync(
      () => {
        throw new RangeError('key');
      },
      [],
      {
        errorCallback: (error) => {
          told = error;
        },
      },
    );
    expect(await failureOf(result.get())).toMatchObject({ name: 'RangeError', message: 'key' });
    expect(told).toBeInstanceOf(RangeError);
    pool.close();
    await pool.join();
  });

  test('test_unpickleable_result: no worker is lost by what can not be sent back', async () => {
    const pool = make(1);
    const worker = await pool.apply(workerId);
    for (let i = 0; i < 20; i++) {
      let told: unknown;
      const result = pool.applyAsync(() => new WeakMap(), [], {
        errorCallback: (error) => {
          told = error;
        },
      });
      const error = await failureOf(result.get());
      expect(error).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'result' });
      expect(told).toBe(error);
    }
    expect(await pool.apply(workerId)).toBe(worker);
    pool.close();
    await pool.join();
  });
});

describeEachPool('_TestPoolWorkerLifetime', ({ Constructor, make }) => {
  test('test_pool_worker_lifetime', async () => {
    const pool = make({ processes: 3, maxTasksPerWorker: 10 });
    const results = range(40).map((i) =>
      pool.applyAsync((n: number, id: () => number | undefined) => [n * n, id()] as const, [i, workerId]),
    );
    const counts = new Map<number | undefined, number>();
    for (const [i, result] of results.entries()) {
      const [value, id] = await result.get();
      expect(value).toBe(square(i));
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBeGreaterThanOrEqual(4);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(10);
    pool.close();
    await pool.join();
  });

  test('a chunk is one task', async () => {
    const pool = make({ processes: 1, maxTasksPerWorker: 1 });
    const ids = await pool.map(workerId, range(6), 2);
    expect(ids).toEqual([ids[0], ids[0], ids[2], ids[2], ids[4], ids[4]]);
    expect(new Set(ids).size).toBe(3);
  });

  test('test_pool_worker_lifetime_early_close', async () => {
    const pool = make({ processes: 3, maxTasksPerWorker: 1 });
    const results = range(6).map((i) =>
      pool.applyAsync(
        async (n: number) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return n * n;
        },
        [i],
      ),
    );
    pool.close();
    await pool.join();
    expect(results.every((result) => result.ready())).toBe(true);
    expect(await Promise.all(results.map(async (result) => result.get()))).toEqual(range(6).map(square));
  });

  test('maxTasksPerWorker: Infinity is no limit, as the default is', async () => {
    const pool = make({ processes: 1, maxTasksPerWorker: Infinity });
    expect(await pool.map(square, range(5))).toEqual(range(5).map(square));
    pool.close();
    await pool.join();
  });

  test('test_pool_maxtasksperchild_invalid', () => {
    for (const value of [0, -1, 0.5]) expect(() => new Constructor({ processes: 3, maxTasksPerWorker: value })).toThrow(RangeError);
    expect(() => new Constructor({ processes: 3, maxTasksPerWorker: '12' as never })).toThrow(TypeError);
  });

  test('initializer and initargs: once in each worker, before its tasks', async () => {
    const pool = make({
      processes: 2,
      initializer: (word: string, times: number) => {
        Object.assign(globalThis, { heddleWord: word.repeat(times) });
      },
      initargs: ['weft', 2],
    });
    expect(await pool.map(() => (globalThis as { heddleWord?: string }).heddleWord, range(8), 1)).toEqual(Array(8).fill('weftweft'));
  });

  test('an initializer that fails: every result gets an error (in CPython none comes, and workers are started without end)', async () => {
    await warningsOf('HEDDLE_BROKEN', 1, async () => {
      const pool = make({
        processes: 1,
        initializer: () => {
          throw new RangeError('no licence');
        },
      });
      const broken = {
        code: expect.stringMatching(/^HEDDLE_BROKEN_(PROCESS|THREAD)_POOL$/),
        cause: expect.objectContaining({ message: 'no licence' }),
      };
      const results = pool.imap(square, range(3));
      expect(await failureOf(pool.map(square, range(3)))).toMatchObject(broken);
      for (let i = 0; i < 3; i++) expect(await failureOf(results.next())).toMatchObject(broken);
      expect(() => pool.apply(square, [1])).toThrow(expect.objectContaining({ code: broken.code }));
      pool.close();
      await pool.join();
    });
  });
});
