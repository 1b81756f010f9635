import { describe, expect, test } from '@jest/globals';
import { deferred, ManualExecutor } from '../test-support/manual-executor.js';
import { reported, until } from '../test-support/observe.js';

const double = (n: number): number => n * 2;

describe('sources', () => {
  test('a source that throws: what it gave before comes first, also from within one chunk', async () => {
    const executor = new ManualExecutor();
    const failing = function* (): Generator<number> {
      yield* [1, 2, 3];
      throw new RangeError('source');
    };
    const results = executor.map(double, failing(), { chunkSize: 10 });
    expect(executor.sizes).toEqual([3]);
    await executor.runAll();
    expect([await results.next(), await results.next(), await results.next()].map(({ value }) => value as unknown)).toEqual([2, 4, 6]);
    await expect(results.next()).rejects.toThrow('source');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('a source that throws a falsy value, or at once, or has a bad next()', async () => {
    const executor = new ManualExecutor();
    const falsy = {
      [Symbol.iterator]: () => ({
        next: () => {
          throw undefined;
        },
      }),
    } as unknown as Iterable<number>;
    const [outcome] = await Promise.allSettled([executor.map(double, falsy).next()]);
    expect(outcome).toEqual({ status: 'rejected', reason: undefined });
    const bad = { [Symbol.iterator]: () => ({ next: () => 5 }) } as unknown as Iterable<number>;
    void executor.map(double, bad, { bufferSize: 2 }); // a value without `done` counts as a step, as in for-of
    expect(() =>
      executor.map(double, {
        [Symbol.iterator]: () => {
          throw new Error('iterator');
        },
      }),
    ).toThrow('iterator');
  });

  test('an array that can not be taken as it is now fails the results, not the call', async () => {
    const executor = new ManualExecutor();
    executor.unfit = new TypeError('items[1] can not travel');
    const results = executor.map(double, [1, 2]);
    await expect(results.toArray()).rejects.toThrow('items[1] can not travel');
    expect(executor.reservations).toBe(0);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('leaving the loop closes the source and cancels what has not begun', async () => {
    for (const kind of ['iterator', 'async'] as const) {
      const executor = new ManualExecutor();
      let closed = false;
      const source = function* (): Generator<number> {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          closed = true;
        }
      };
      const asyncSource = async function* (): AsyncGenerator<number> {
        yield* source();
      };
      const results = executor.map(double, kind === 'iterator' ? source() : asyncSource(), { chunkSize: 1, bufferSize: 5 });
      await until('five chunks', () => executor.pending.length === 5);
      executor.run();
      for await (const n of results) {
        expect(n).toBe(0);
        break;
      }
      await until('the source to be closed', () => closed);
      expect(executor.pending.length).toBeGreaterThanOrEqual(4);
      expect(executor.pending.every(({ controller }) => controller.future.cancelled())).toBe(true);
      expect(await results.next()).toEqual({ done: true, value: undefined });
    }
  });

  test('a source that throws when it is closed is reported', async () => {
    const broken = (wrong: () => unknown): Iterable<number> =>
      ({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }), return: wrong }) }) as unknown as Iterable<number>;
    const executor = new ManualExecutor();
    const results = executor.map(
      double,
      broken(() => {
        throw new Error('at close');
      }),
      { bufferSize: 1 },
    );
    const [warning] = await reported('HEDDLE_CALLBACK_THREW', () => results.return?.());
    expect(warning?.detail).toContain('at close');
    const asyncBroken = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: () => Promise.reject(new Error('later')) }),
    };
    const others = executor.map(double, asyncBroken as unknown as AsyncIterable<number>);
    const [second] = await reported('HEDDLE_CALLBACK_THREW', () => others.return?.());
    expect(second?.detail).toContain('later');
  });

  test('a slow async source: what it gave goes out without waiting for a full chunk', async () => {
    const executor = new ManualExecutor();
    const gate = deferred();
    const source = async function* (): AsyncGenerator<number> {
      yield 1;
      await gate.promise;
      yield 2;
    };
    const results = executor.map(double, source(), { chunkSize: 100 });
    await until('the first item to be submitted', () => executor.pending.length === 1);
    executor.run();
    expect((await results.next()).value).toBe(2);
    gate.resolve();
    await until('the second', () => executor.pending.length === 1);
    executor.run();
    expect(await results.toArray()).toEqual([4]);
  });

  test('an async source is asked for one item at a time, and never again once it was left', async () => {
    const executor = new ManualExecutor();
    let asked = 0;
    let answer: (step: IteratorResult<number>) => void = () => undefined;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          asked += 1;
          return new Promise((resolve) => (answer = resolve));
        },
      }),
    };
    const results = executor.map(double, source);
    const waiting = results.next();
    await until('the first question', () => asked === 1);
    await results.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    answer({ done: false, value: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    expect([asked, executor.accepted]).toEqual([1, 0]);
  });
});
