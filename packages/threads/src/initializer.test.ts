/**
 * Initializers that fail break the pool; every future says what the initializer said.
 *
 * @workers
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failureOf, Warnings } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';
import { block, pass } from './test-support/latch.js';
import { expectNothingLeft, holdings } from './test-support/leftovers.js';
import { identity, withPool } from './test-support/with-pool.js';

const broken = { name: 'BrokenThreadPool', code: 'HEDDLE_BROKEN_THREAD_POOL' };

describe('an initializer that', () => {
  test.each<[name: string, initializer: () => unknown, cause: unknown, message: RegExp]>([
    [
      'throws',
      () => {
        throw new RangeError('no licence');
      },
      { name: 'RangeError', message: 'no licence' },
      /is broken: RangeError: no licence/,
    ],
    [
      'rejects',
      async () => {
        await Promise.resolve();
        throw new TypeError('no licence');
      },
      { name: 'TypeError', message: 'no licence' },
      /TypeError: no licence/,
    ],
    [
      'throws null',
      () => {
        throw null;
      },
      null,
      /is broken: null/,
    ],
    [
      'throws what can not travel',
      () => {
        throw { handler: () => 1 };
      },
      { code: 'HEDDLE_SERIALIZATION' },
      /can't travel/,
    ],
  ])('%s breaks the pool: each future has its own error with that cause', async (_name, initializer, cause, message) => {
    await withPool({ maxWorkers: 2, initializer }, async (pool) => {
      const futures = [1, 2, 3, 4].map((n) => pool.submit(identity, n));
      const failures = await Promise.all(futures.map(failureOf));
      for (const failure of failures) {
        expect(failure).toMatchObject(broken);
        if (cause === null) expect(failure.cause).toBeNull();
        else expect(failure.cause).toMatchObject(cause as object);
        expect(failure.message).toMatch(/task "identity" can't be run/);
        expect(failure.message).toMatch(message);
        expect(failure.message).toMatch(/make a new executor/);
      }
      expect(new Set(failures).size).toBe(4);
      expect(() => pool.submit(identity, 1)).toThrow(message);
      expect(pool.statistics()).toMatchObject({ state: 'broken', failed: 4 });
    });
  });

  test('exits: the workers are replaced until the limit, then the pool breaks', async () => {
    await withPool({ maxWorkers: 1, initializer: () => process.exit(5), deathLimit: { maxDeaths: 2, periodMs: 60_000 } }, async (pool) => {
      const failure = await failureOf(pool.submit(identity, 1));
      expect(failure).toMatchObject(broken);
      expect(failure.message).toMatch(/exit code 5/);
    });
  });

  test('throws outside of its own call', async () => {
    const initializer = async (): Promise<void> => {
      setTimeout(() => {
        throw new Error('in a timer');
      }, 0);
      await new Promise(() => undefined);
    };
    await withPool({ maxWorkers: 1, initializer, deathLimit: { maxDeaths: 0, periodMs: 60_000 } }, async (pool) => {
      const failure = await failureOf(pool.submit(identity, 1));
      expect(failure).toMatchObject({ ...broken, cause: { message: 'in a timer' } });
    });
  });

  test.each<[name: string, initializer: () => unknown]>([
    ['never resolves', () => new Promise(() => undefined)],
    [
      'loops',
      () => {
        for (;;);
      },
    ],
  ])('%s breaks the pool after startTimeoutMs, and says so', async (_name, initializer) => {
    await withPool({ maxWorkers: 1, initializer, startTimeoutMs: 3000 }, async (pool) => {
      const failures = await Promise.all([1, 2, 3].map((n) => failureOf(pool.submit(identity, n))));
      for (const failure of failures) {
        expect(failure).toMatchObject(broken);
        expect(failure.message).toMatch(
          /worker \S+_0 was not ready after 3000 ms \(startTimeoutMs\): its initializer has begun and did not end/,
        );
      }
    });
  });

  test('can not travel is refused by the constructor', () => {
    const captured = new WeakMap();
    expect(() => new ThreadPoolExecutor({ initializer: () => captured })).toThrow(/captured/);
    expect(() => new ThreadPoolExecutor({ initializer: identity, initargs: [new WeakMap()] })).toThrow(/initargs\[0\]/);
  });
});

describe('shutdown while the initializer', () => {
  let warnings: Warnings;
  beforeAll(() => {
    warnings = new Warnings(({ code }) => code === 'HEDDLE_BROKEN'); // of pools that break before they are down
  });
  afterAll(() => warnings.stop());

  test.each([{ wait: true }, { wait: true, cancelFutures: true }, { wait: false, cancelFutures: true }])('hangs: %j', async (options) => {
    const before = holdings();
    const pool = new ThreadPoolExecutor({ maxWorkers: 2, initializer: () => new Promise(() => undefined), startTimeoutMs: 300 });
    const futures = [1, 2, 3].map((n) => pool.submit(identity, n));
    await pool.shutdown(options);
    const code = options.cancelFutures === true ? 'HEDDLE_CANCELLED' : broken.code;
    for (const future of futures) expect(await failureOf(future)).toMatchObject({ code });
    await pool.shutdown();
    await expectNothingLeft(pool, before);
  });

  test.each([{ wait: true }, { cancelFutures: true }, { wait: false }])('throws: %j', async (options) => {
    const before = holdings();
    const pool = new ThreadPoolExecutor({
      maxWorkers: 2,
      initializer: () => {
        throw new Error('no');
      },
    });
    const futures = [1, 2, 3].map((n) => pool.submit(identity, n));
    await pool.shutdown(options);
    for (const future of futures) {
      expect(['HEDDLE_CANCELLED', broken.code]).toContain(((await failureOf(future)) as unknown as { code: string }).code);
    }
    await pool.shutdown();
    await expectNothingLeft(pool, before);
  });

  test('runs: what was accepted is done', async () => {
    await withPool(
      {
        maxWorkers: 1,
        initializer: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          (globalThis as { licence?: string }).licence = 'granted';
        },
      },
      async (pool, latch) => {
        const gate = latch();
        const future = pool.submit(() => (globalThis as { licence?: string }).licence);
        const passed = pool.submit(pass, gate.words, 1);
        gate.open();
        const blocked = pool.submit(block, gate.words, 2);
        await pool.shutdown();
        expect([future.state, passed.state, blocked.state]).toEqual(['finished', 'finished', 'finished']);
        expect(await future).toBe('granted');
      },
    );
  });
});
