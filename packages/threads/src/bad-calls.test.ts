/**
 * Calls that are wrong in themselves: they throw at once, and nothing has begun.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from '@heddle/threads';
import { expectNothingLeft, holdings } from './test-support/leftovers.js';
import { failureAmid, identity, warm, withPool } from './test-support/with-pool.js';

function make(options: unknown): ThreadPoolExecutor {
  return new ThreadPoolExecutor(options as ThreadPoolExecutorOptions);
}

describe('options', () => {
  test.each([
    [{ maxWorkers: 0 }, RangeError, /ThreadPoolExecutor: maxWorkers must be greater than 0, got 0/],
    [{ maxWorkers: -1 }, RangeError, /maxWorkers must be greater than 0, got -1/],
    [{ maxWorkers: 1.5 }, RangeError, /maxWorkers must be a whole number, got 1\.5/],
    [{ maxWorkers: NaN }, RangeError, /maxWorkers must be greater than 0, got NaN/],
    [{ maxWorkers: Infinity }, RangeError, /maxWorkers must be a whole number, got Infinity/],
    [{ maxWorkers: '4' }, TypeError, /maxWorkers must be a whole number, got "4"/],
    [{ minWorkers: 3, maxWorkers: 2 }, RangeError, /minWorkers must be at most maxWorkers \(2\), got 3/],
    [{ maxTasksPerWorker: 0 }, RangeError, /maxTasksPerWorker must be a whole number of at least 1, got 0/],
    [{ idleTimeoutMs: -1 }, RangeError, /idleTimeoutMs must be 0 or more milliseconds, got -1/],
    [{ maxQueueSize: 0.5 }, RangeError, /maxQueueSize/],
    [{ threadNamePrefix: 5 }, TypeError, /threadNamePrefix must be a string, got 5/],
    [{ initializer: 'init' }, TypeError, /initializer must be a function, got "init"/],
    [{ initargs: 'abc' }, TypeError, /initargs must be an array, got "abc"/],
    [{ resourceLimits: 5 }, TypeError, /resourceLimits must be an object, got 5/],
    [{ execArgv: '--inspect' }, TypeError, /execArgv must be an array/],
    [{ env: 'SHARE_ENV' }, TypeError, /env must be an object or SHARE_ENV/],
    [{ deathLimit: { maxDeaths: 1 } }, TypeError, /deathLimit needs maxDeaths and periodMs/],
    [4, TypeError, /ThreadPoolExecutor: options must be an object, got 4/],
  ])('%j is refused by name', (options, ErrorClass, message) => {
    expect(() => make(options)).toThrow(ErrorClass);
    expect(() => make(options)).toThrow(message);
  });

  test.each([
    [{ maxWorker: 4 }, 'maxWorker', 'maxWorkers'],
    [{ max_workers: 4 }, 'max_workers', 'maxWorkers'],
    [{ threadNamePrefx: 'x' }, 'threadNamePrefx', 'threadNamePrefix'],
    [{ initArgs: [] }, 'initArgs', 'initargs'],
  ])('%j: an unknown option is refused with the nearest name', (options, given, nearest) => {
    expect(() => make(options)).toThrow(TypeError);
    expect(() => make(options)).toThrow(`unknown option "${given}"; did you mean "${nearest}"?`);
  });

  test('an unknown option with nothing near lists the known ones', () => {
    expect(() => make({ xyzzy: 1 })).toThrow(/unknown option "xyzzy"; known options: maxWorkers, /);
  });

  test('undefined is as if it was left out', async () => {
    const before = holdings();
    const pool = make({ maxWorkers: undefined, initializer: undefined, env: undefined });
    await warm(pool);
    await pool.shutdown();
    await expectNothingLeft(pool, before);
  });
});

describe('submit', () => {
  test.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a string', 'work', '"work"'],
    ['an object', { run: identity }, 'an object'],
    ['a promise', Promise.resolve(), 'an instance of Promise'],
  ])('%s instead of a function: TypeError, and the pool goes on', async (_name, given, shown) => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const call = (): unknown => pool.submit(given as never);
      expect(call).toThrow(TypeError);
      expect(call).toThrow(`submit: the task must be a function, got ${shown}`);
      await warm(pool);
    });
  });

  test('a function that captures what can not travel is refused on its future, with the name, the place and the remedy', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const cache = { entries: new WeakMap() };
      const failure = await failureAmid(pool, () => pool.submit((n: number) => n + Number(cache.entries.has({})), 1));
      expect(failure).toMatchObject({ name: 'SerializationError', code: 'HEDDLE_SERIALIZATION' });
      expect(failure.message).toMatch(
        /^captured "cache" \(\S*bad-calls\.test\.ts:\d+\)\.entries: a WeakMap can't travel; pass what it refers to; or make "cache" in the task, once per worker, or move the function/,
      );
      expect(failure.stack).toMatch(/bad-calls\.test\.ts/);
    });
  });

  test('what else can not travel as a task is refused with the reason', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const generator = await failureAmid(pool, () =>
        pool.submit(function* (): Generator<number> {
          yield 1;
        } as never),
      );
      expect(generator.message).toMatch(/generator/);
      const native = await failureAmid(pool, () => pool.submit(Proxy.revocable({}, {}).revoke));
      expect(native.message).toMatch(/native|built/);
      const bound = await failureAmid(pool, () => pool.submit(identity.bind(undefined), 5));
      expect(bound.message).toMatch(/bound/);
      class Counter {
        count = 0;
      }
      const constructed = await failureAmid(pool, () => pool.submit(Counter as never));
      expect(constructed.message).toMatch(/class/);
    });
  });

  test('with: options are checked at the call', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(() => pool.with({ timeout: 5 } as never)).toThrow('unknown option "timeout"; did you mean "timeoutMs"?');
      expect(() => pool.with({ signal: 'abort' as never })).toThrow(/signal must be an AbortSignal/);
      await warm(pool);
    });
  });
});
