/**
 * Results and thrown values that can't travel, or are odd: the future says so, the worker goes on.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { failureAmid, warm, withPool } from './test-support/with-pool.js';

describe('a result that is refused', () => {
  test.each<[name: string, task: () => unknown, path: string, message: RegExp]>([
    [
      'a function',
      () => ({ list: [1, () => 2] }),
      'result.list[1]',
      /a function can't travel from here; import '@heddle\/serialization' in the task first/,
    ],
    ['a function itself', () => () => 2, 'result', /a function can't travel from here/],
    ['a symbol', () => Symbol('s'), 'result', /a symbol \(Symbol\(s\)\) can't travel; pass a string/],
    ['a WeakMap', () => ({ cache: new WeakMap() }), 'result.cache', /a WeakMap can't travel/],
    ['a Proxy, small', () => ({ state: new Proxy({}, {}) }), 'result.state', /a Proxy can't travel; pass a plain copy/],
    [
      'a Proxy, beside much',
      () => ({ much: Array.from({ length: 200 }, () => ({})), state: new Proxy({}, {}) }),
      'result.state',
      /a Proxy can't travel; pass a plain copy/,
    ],
    ['a promise in an object', () => ({ later: new Promise(() => undefined) }), 'result.later', /a Promise can't travel; await it first/],
    [
      'an instance of a class',
      () =>
        new (class Account {
          balance = 5;
        })(),
      'result',
      /an instance of Account would arrive as a plain object/,
    ],
    [
      'a getter that throws',
      () => ({
        get secret(): never {
          throw new TypeError('no');
        },
      }),
      'result.secret',
      /reading it threw/,
    ],
    [
      'a getter that throws, beside much',
      () => ({
        much: Array.from({ length: 200 }, () => ({})),
        get secret(): never {
          throw new TypeError('no');
        },
      }),
      'result.secret',
      /reading it threw/,
    ],
    [
      'a generator',
      () => [
        (function* () {
          yield 1;
        })(),
      ],
      'result[0]',
      /a generator can't travel/,
    ],
    [
      'what cannot be moved twice',
      async () => {
        const { MessageChannel } = await import('node:worker_threads');
        return { port: new MessageChannel().port1 };
      },
      'result.port',
      /a MessagePort can only be moved; wrap it: transfer\(value\)/,
    ],
    [
      'a socket',
      async () => {
        const { Socket } = await import('node:net');
        return { socket: new Socket() };
      },
      'result.socket',
      /a Socket can't leave its thread/,
    ],
    ['a module', async () => ({ os: await import('node:os') }), 'result.os', /a module can't travel; import\(\) it/],
  ])('%s', async (_name, task, path, message) => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await warm(pool);
      const failure = await failureAmid(pool, () => pool.submit(task));
      expect(failure).toMatchObject({ name: 'SerializationError', code: 'HEDDLE_SERIALIZATION', path });
      expect(failure.message.startsWith(`${path}: `)).toBe(true);
      expect(failure.message).toMatch(message);
      expect(failure.stack).toMatch(/--- submitted/);
      expect(pool.statistics()).toMatchObject({ failed: 1, crashes: 0 });
    });
  });

  test('an object 100,000 deep', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(() => {
          let deep: object = {};
          for (let i = 0; i < 100_000; i++) deep = { deep };
          return deep;
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
      expect(failure.message).toMatch(/^result(\.deep)+\.\.\.\(\d+ more\)\.\.\..*nested more than \d+ deep.*flatten it/);
    });
  });

  test('an item of a map that fails so does not spoil the items before it', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const results = pool.map((n: number): unknown => (n === 3 ? new WeakMap() : n), [0, 1, 2, 3, 4], { chunkSize: 1 });
      const seen: unknown[] = [];
      const failure = await (async (): Promise<unknown> => {
        try {
          for await (const each of results) seen.push(each);
        } catch (error) {
          return error;
        }
        return undefined;
      })();
      expect(seen).toEqual([0, 1, 2]);
      expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
    });
  });

  test('a cyclic result is fine', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const ring = await pool.submit(() => {
        const value: { self?: unknown; map: Map<unknown, unknown> } = { map: new Map() };
        value.self = value;
        value.map.set(value, value);
        return value;
      });
      expect(ring.self).toBe(ring);
      expect(ring.map.get(ring)).toBe(ring);
    });
  });
});

describe('what a task throws', () => {
  test.each<[name: string, value: string, expected: unknown]>([
    ['undefined', 'undefined', undefined],
    ['null', 'null', null],
    ['0', 'zero', 0],
    ['an empty string', 'empty', ''],
    ['false', 'false', false],
    ['a string', 'text', 'text'],
  ])('%s rejects with just that, thrown or rejected', async (_name, kind, expected) => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const fail = (which: string): never => {
        throw { undefined: undefined, null: null, zero: 0, empty: '', false: false, text: 'text' }[which];
      };
      const reject = async (which: string): Promise<never> => {
        await Promise.resolve();
        throw { undefined: undefined, null: null, zero: 0, empty: '', false: false, text: 'text' }[which];
      };
      expect(await failureAmid(pool, () => pool.submit(fail, kind))).toBe(expected);
      expect(await failureAmid(pool, () => pool.submit(reject, kind))).toBe(expected);
      const future = pool.submit(fail, kind);
      expect(await future.exception()).toBe(expected);
      expect(future.state).toBe('finished');
    });
  });

  test('a frozen error arrives whole', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(() => {
          throw Object.freeze(Object.assign(new RangeError('frozen'), { code: 'E_COLD' }));
        }),
      );
      expect(failure).toBeInstanceOf(RangeError);
      expect(failure).toMatchObject({ message: 'frozen', code: 'E_COLD' });
    });
  });

  test('an error whose cause leads back to it', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(() => {
          const inner = new Error('inner');
          const outer = new Error('outer', { cause: inner });
          inner.cause = outer;
          throw outer;
        }),
      );
      expect(failure.message).toBe('outer');
      expect((failure.cause as Error).message).toBe('inner');
      expect((failure.cause as Error).cause).toBe(failure);
    });
  });

  test('an error whose own fields and getters can not travel keeps the rest', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(() => {
          const error = Object.assign(new TypeError('partly'), { retry: () => 1, status: 503 });
          Object.defineProperty(error, 'trap', {
            enumerable: true,
            get: () => {
              throw new Error('trap');
            },
          });
          Object.defineProperty(error, 'stack', {
            get: () => {
              throw new Error('no stack for you');
            },
          });
          throw error;
        }),
      );
      expect(failure).toMatchObject({ name: 'TypeError', message: 'partly', status: 503 });
      expect((failure as unknown as { retry: string }).retry).toMatch(/function/);
      expect((failure as unknown as { trap: string }).trap).toMatch(/can't be read/);
    });
  });

  test('what can not be cloned: the failure says that it was thrown', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(() => {
          throw { handler: () => 1 };
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'thrown value.handler' });
    });
  });

  test('a thenable whose then throws fails the task, not the worker', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit(
          () =>
            ({
              then: () => {
                throw new Error('a bad then');
              },
            }) as never,
        ),
      );
      expect(failure.message).toMatch(/a bad then/);
    });
  });
});
