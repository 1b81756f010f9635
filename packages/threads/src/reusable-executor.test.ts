/**
 * The shared executor: kept, resized, made anew; loky's test_reusable_executor.
 *
 * @workers
 */
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { Future } from '@heddle/futures';
import { failureOf, until, Warnings } from '@heddle/testkit/support';
import { getReusableExecutor, ThreadPoolExecutor, type ThreadPoolExecutorOptions } from '@heddle/threads';
import { getReusableExecutor as getReusableExecutorOfSources } from './reusable-executor.js';
import { Latch, block, pass } from './test-support/latch.js';
import { expectNothingLeft, holdings } from './test-support/leftovers.js';
import { identity } from './test-support/with-pool.js';

/** Pools that break, to be replaced, say so. */
const warnings = new Warnings(({ code }) => code === 'HEDDLE_BROKEN');
afterAll(() => {
  warnings.stop();
});

const numbers = Array.from({ length: 50 }, (_, i) => i);
const exit = (code: number): never => process.exit(code);
const workerOf = async (): Promise<number> => (await import('@heddle/futures')).currentTask()!.workerId;
const before = holdings();
const latches: Latch[] = [];

function latch(): Latch {
  const each = new Latch();
  latches.push(each);
  return each;
}

/** Each test begins without one, and leaves nothing behind. */
afterEach(async () => {
  for (const each of latches.splice(0)) each.open();
  const pool = getReusableExecutor();
  await pool.shutdown();
  await expectNothingLeft(pool, before);
});

const count = (pool: ThreadPoolExecutor): number => {
  const { starting, busy, idle, stopping } = pool.statistics().workers;
  return starting + busy + idle + stopping;
};

async function occupy(pool: ThreadPoolExecutor, gate: Latch, busy: number): Promise<Future<number>[]> {
  const futures = Array.from({ length: busy }, (_, i) => pool.submit(block, gate.words, i));
  await gate.arrived(busy);
  return futures;
}

describe('the same', () => {
  const initializer = (): void => undefined;
  const config = { unit: 'mm' };
  test.each<[string, () => ThreadPoolExecutorOptions | undefined]>([
    ['no options', () => undefined],
    ['none but undefined ones', () => ({ execArgv: undefined }) as object],
    ['maxWorkers', () => ({ maxWorkers: 2 })],
    [
      'nested values, made anew at each call',
      () => ({
        resourceLimits: { maxOldGenerationSizeMb: 64 },
        execArgv: ['--no-warnings'],
        env: { A: '1' },
        deathLimit: { maxDeaths: 1, periodMs: 10 },
      }),
    ],
    ['the initializer, and each of its arguments', () => ({ initializer, initargs: [1, config, NaN] })],
  ])('%s', async (_, options) => {
    const pool = getReusableExecutor(options());
    expect(pool).toBeInstanceOf(ThreadPoolExecutor);
    expect(await pool.submit(identity, 1)).toBe(1);
    expect(getReusableExecutor(options())).toBe(pool);
    expect(await pool.submit(identity, 2)).toBe(2);
  });

  test('what is given as it is by default', () => {
    const pool = getReusableExecutor();
    expect(getReusableExecutor({ minWorkers: 0, idleTimeoutMs: 10_000, maxQueueSize: Infinity, initargs: [] })).toBe(pool);
  });

  test('for every copy of the package in the realm', () => {
    expect(getReusableExecutorOfSources).not.toBe(getReusableExecutor);
    const pool = getReusableExecutor({ maxWorkers: 2 });
    expect(getReusableExecutorOfSources({ maxWorkers: 2 })).toBe(pool);
  });
});

describe('another number of workers: the same executor, resized', () => {
  test('down and up again, idle', async () => {
    const pool = getReusableExecutor({ maxWorkers: 2 });
    const gate = latch();
    const running = await occupy(pool, gate, 2);
    gate.open();
    await Promise.all(running);
    expect(getReusableExecutor({ maxWorkers: 1 })).toBe(pool);
    expect(pool.parallelism).toBe(1);
    await until('one to be left', () => count(pool) === 1);
    expect(new Set(await Promise.all(numbers.map(() => pool.submit(workerOf)))).size).toBe(1);
    expect(getReusableExecutor({ maxWorkers: 3 })).toBe(pool);
    const next = latch();
    const three = await occupy(pool, next, 3);
    expect(count(pool)).toBe(3);
    next.open();
    await Promise.all(three);
  });

  test('while all are busy', async () => {
    const pool = getReusableExecutor({ maxWorkers: 3 });
    const [gate, trace] = [latch(), latch()];
    const running = await occupy(pool, gate, 3);
    const waiting = numbers.map((n) => pool.submit(pass, trace.words, n));
    expect(getReusableExecutor({ maxWorkers: 1 })).toBe(pool);
    gate.open();
    expect(await Promise.all([...running, ...waiting])).toEqual([0, 1, 2, ...numbers]);
    expect(trace.arrivals).toBe(numbers.length);
    await until('one to be left', () => count(pool) === 1);
  });

  test('many times, with work under way', async () => {
    const first = getReusableExecutor({ maxWorkers: 2 });
    const futures: Future<number>[] = [];
    for (const n of numbers) {
      const pool = getReusableExecutor({ maxWorkers: 1 + (n % 3) });
      expect(pool).toBe(first);
      futures.push(pool.submit(identity, n));
      if (n % 7 === 0) await futures.at(-1);
    }
    expect(await Promise.all(futures)).toEqual(numbers);
  });

  test('left out, it is what it is by default', () => {
    const pool = getReusableExecutor({ maxWorkers: 17 });
    expect(getReusableExecutor()).toBe(pool);
    expect(pool.parallelism).toBe(new ThreadPoolExecutor().parallelism);
  });
});

describe('a new one', () => {
  const config = { unit: 'mm' };
  test.each<[string, ThreadPoolExecutorOptions, ThreadPoolExecutorOptions]>([
    ['a value', { idleTimeoutMs: 10 }, { idleTimeoutMs: 20 }],
    ['a nested value', { env: { A: '1' } }, { env: { A: '2' } }],
    ['one that was not there', {}, { threadNamePrefix: 'Loom' }],
    ['one that is not there any more', { threadNamePrefix: 'Loom' }, {}],
    ['a function of the same text', { initializer: () => undefined }, { initializer: () => undefined }],
    ['an equal object among initargs', { initargs: [config] }, { initargs: [{ ...config }] }],
    ['more initargs', { initargs: [1] }, { initargs: [1, 2] }],
  ])('other options: %s', (_, one, other) => {
    const pool = getReusableExecutor(one);
    const next = getReusableExecutor(other);
    expect(next).not.toBe(pool);
    expect([pool.statistics().state, next.statistics().state]).toEqual(['shutdown', 'open']);
    expect(getReusableExecutor(other)).toBe(next);
  });

  test('the old one finishes what it has accepted, and lets its threads go', async () => {
    const pool = getReusableExecutor({ maxWorkers: 1 });
    const gate = latch();
    const running = await occupy(pool, gate, 1);
    const waiting = numbers.map((n) => pool.submit(identity, n));
    const next = getReusableExecutor({ maxWorkers: 1, threadNamePrefix: 'Loom' });
    expect(await next.submit(identity, 1)).toBe(1);
    expect(() => pool.submit(identity, 1)).toThrow(/cannot schedule new futures after shutdown/);
    gate.open();
    expect(await Promise.all([...running, ...waiting])).toEqual([0, ...numbers]);
    await until('its threads to be gone', () => count(pool) === 0);
  });

  test('options that were changed since are other options', () => {
    const options = { execArgv: ['--no-warnings'] };
    const pool = getReusableExecutor(options);
    options.execArgv.push('--trace-warnings');
    expect(getReusableExecutor(options)).not.toBe(pool);
  });

  test('after shutdown', async () => {
    const pool = getReusableExecutor({ maxWorkers: 1 });
    await pool.shutdown();
    const next = getReusableExecutor({ maxWorkers: 1 });
    expect(next).not.toBe(pool);
    expect(await next.submit(identity, 1)).toBe(1);
  });

  test('when it broke', async () => {
    const options = { maxWorkers: 1, deathLimit: { maxDeaths: 0, periodMs: 1000 } };
    const pool = getReusableExecutor(options);
    expect(await failureOf(pool.submit(exit, 3))).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 3 });
    expect(pool.statistics().state).toBe('broken');
    const next = getReusableExecutor(options);
    expect(next).not.toBe(pool);
    expect(await next.submit(identity, 1)).toBe(1);
  });

  test('when its initializer failed', async () => {
    const initializer = (): never => {
      throw new Error('no loom');
    };
    const pool = getReusableExecutor({ initializer });
    expect(await failureOf(pool.submit(identity, 1))).toMatchObject({ code: 'HEDDLE_BROKEN_THREAD_POOL', cause: { message: 'no loom' } });
    expect(getReusableExecutor({ initializer })).not.toBe(pool);
  });
});

describe('crashes', () => {
  test('a crash that it bears is no reason for a new one', async () => {
    const pool = getReusableExecutor({ maxWorkers: 2 });
    for (const code of [1, 2, 3]) {
      expect(await failureOf(getReusableExecutor({ maxWorkers: 2 }).submit(exit, code))).toMatchObject({ exitCode: code });
      expect(await getReusableExecutor({ maxWorkers: 2 }).submit(identity, code)).toBe(code);
    }
    expect(getReusableExecutor({ maxWorkers: 2 })).toBe(pool);
    expect(pool.statistics()).toMatchObject({ crashes: 3, state: 'open' });
  });

  test.each([
    ['bears', 10],
    ['breaks by', 0],
  ])('a done callback may submit again during a crash that the executor %s', async (_, maxDeaths) => {
    const options = { maxWorkers: 2, deathLimit: { maxDeaths, periodMs: 60_000 } };
    const pool = getReusableExecutor(options);
    const again: Promise<number>[] = [];
    const crashing = pool.submit(exit, 1);
    const called = new Promise<void>((resolve) => {
      crashing.addDoneCallback(() => {
        again.push(...numbers.map((n) => getReusableExecutor(options).submit(identity, n)));
        resolve();
      });
    });
    await called;
    expect(await Promise.all(again)).toEqual(numbers);
    expect(await failureOf(crashing)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    expect(getReusableExecutor(options) === pool).toBe(maxDeaths > 0);
  });

  test('crash after crash, each one breaking it', async () => {
    const options = { maxWorkers: 2, deathLimit: { maxDeaths: 0, periodMs: 60_000 } };
    const seen = new Set<ThreadPoolExecutor>();
    for (let i = 0; i < 5; i++) {
      const pool = getReusableExecutor(options);
      seen.add(pool);
      const outcomes = await Promise.all(
        [...numbers.map((n) => pool.submit(identity, n)), pool.submit(exit, 1)].map((future) => future.exception()),
      );
      expect(outcomes.at(-1)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    }
    expect(seen.size).toBe(5);
  });

  test('after a crash it can be resized', async () => {
    const pool = getReusableExecutor({ maxWorkers: 2 });
    const gate = latch();
    const running = await occupy(pool, gate, 1);
    await failureOf(pool.submit(exit, 1));
    getReusableExecutor({ maxWorkers: 1 });
    gate.open();
    expect(await Promise.all(running)).toEqual([0]);
    getReusableExecutor({ maxWorkers: 2 });
    const next = latch();
    const two = await occupy(pool, next, 2);
    next.open();
    await Promise.all(two);
  });
});

describe('idle workers', () => {
  test('go after idleTimeoutMs, and come again', async () => {
    const options = { maxWorkers: 2, idleTimeoutMs: 10 };
    const pool = getReusableExecutor(options);
    for (let i = 0; i < 3; i++) {
      expect(await getReusableExecutor(options).submit(identity, i)).toBe(i);
      await until('the idle to be gone', () => count(pool) === 0);
    }
    expect(getReusableExecutor({ ...options, maxWorkers: 1 })).toBe(pool); // resized with none there
    expect(await pool.submit(identity, 1)).toBe(1);
  });

  test('are kept 10 s unless told otherwise', () => {
    expect(getReusableExecutor()).toBe(getReusableExecutor({ idleTimeoutMs: 10_000 }));
  });
});

test.each<[object, string]>([
  [{ maxWorkers: 0 }, 'getReusableExecutor: maxWorkers must be greater than 0, got 0'],
  [{ maxWorkers: 2, minWorkers: 3 }, 'getReusableExecutor: minWorkers must be at most maxWorkers (2), got 3'],
  [{ idleTimeoutMs: -1 }, 'getReusableExecutor: idleTimeoutMs must be 0 or more milliseconds, got -1'],
  [{ maxWrokers: 2 }, 'getReusableExecutor: unknown option "maxWrokers"; did you mean "maxWorkers"?'],
  [{ initargs: 1 }, 'getReusableExecutor: initargs must be an array, got 1'],
])('%p is refused, and the one that is there stays', (options, message) => {
  const pool = getReusableExecutor({ maxWorkers: 2 });
  expect(() => getReusableExecutor(options as ThreadPoolExecutorOptions)).toThrow(message);
  expect(pool.statistics().state).toBe('open');
  expect(getReusableExecutor({ maxWorkers: 2 })).toBe(pool);
});

test('a task that asks for it gets one of its own realm', async () => {
  const pool = getReusableExecutor({ maxWorkers: 1 });
  expect(
    await pool.submit(async () => {
      const { getReusableExecutor: get } = await import('@heddle/threads');
      const own = get({ maxWorkers: 1 });
      return await own.submit((n: number) => n + 1, 1).finally(() => own.shutdown());
    }),
  ).toBe(2);
});
