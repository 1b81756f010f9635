/**
 * The behaviours of CPython's _TestPool, one by one and under its names, on processes and on threads: all but imap's.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import type { Pool, ThreadPool } from '@heddle/pool';
import { block, failureOf, hold, identity, until } from '@heddle/testkit/support';
import { describeEachPool, range, square } from './test-support/each-pool.js';
import { SayWhenError, throwingItems } from './test-support/throwing-items.js';

const multiply = (x: number, y: number): number => x * y;
const pairs = (length: number): [number, number][] => range(length).map((i) => [i, length - 1 - i]);
const products = (length: number): number[] => pairs(length).map(([x, y]) => x * y);
const toInt = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new RangeError(`invalid literal: ${text}`);
  return Number(text);
};

describeEachPool('_TestPool', (kit) => {
  const { Constructor, make, gate } = kit;

  test('test_apply', async () => {
    expect(await kit.shared.apply(square, [5])).toBe(25);
    expect(await kit.shared.apply(() => 3)).toBe(3);
    expect(await kit.shared.apply(async (x: number) => Promise.resolve(x + 1), [1])).toBe(2);
  });

  test('test_map', async () => {
    expect(await kit.shared.map(square, range(10))).toEqual(range(10).map(square));
    expect(await kit.shared.map(square, range(100), { chunkSize: 20 })).toEqual(range(100).map(square));
  });

  test('test_starmap', async () => {
    expect(await kit.shared.starmap(multiply, pairs(10))).toEqual(products(10));
    expect(await kit.shared.starmap(multiply, pairs(100), { chunkSize: 20 })).toEqual(products(100));
  });

  test('test_starmap_async', async () => {
    expect(await kit.shared.starmapAsync(multiply, pairs(100)).get()).toEqual(products(100));
  });

  test('test_map_async', async () => {
    expect(await kit.shared.mapAsync(square, range(10)).get()).toEqual(range(10).map(square));
  });

  test('test_map_async_callbacks', async () => {
    const told: unknown[] = [];
    const tell = (outcome: unknown): void => {
      told.push(outcome);
    };
    await kit.shared.mapAsync(toInt, ['1'], { callback: tell, errorCallback: tell }).wait();
    expect(told).toEqual([[1]]);
    await kit.shared.mapAsync(toInt, ['a'], { callback: tell, errorCallback: tell }).wait();
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({ name: 'RangeError', message: 'invalid literal: a' });
  });

  test('test_map_unpicklable: what can not travel fails the call, and hangs nothing', async () => {
    class Unregistered {
      readonly x = 1;
    }
    const items: unknown[] = [...range(5), new Unregistered()];
    expect(await failureOf(kit.shared.map(identity, items))).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'items[5]' });
    expect(await kit.shared.map(identity, [1])).toEqual([1]);
  });

  test('test_map_chunksize: an empty list with a chunk size', async () => {
    expect(await kit.shared.mapAsync(square, [], { chunkSize: 1 }).get(10_000)).toEqual([]);
  });

  test('test_map_handle_iterable_exception', async () => {
    for (const items of [() => throwingItems(1, -1), () => throwingItems(1, -1), () => throwingItems(10, 3)]) {
      await expect(kit.shared.map(square, items(), 1)).rejects.toBeInstanceOf(SayWhenError);
    }
    const special = {
      [Symbol.iterator]: () => ({
        next: (): IteratorResult<number> => {
          throw new SayWhenError();
        },
      }),
      length: 1,
    };
    for (let i = 0; i < 2; i++) await expect(kit.shared.map(square, special, 1)).rejects.toBeInstanceOf(SayWhenError);
  });

  test('test_async: get waits for the result', async () => {
    const entry = gate();
    const result = kit.shared.applyAsync(hold<number>, [entry.token, 49]);
    await until('the task to have begun', () => entry.arrivals === 1);
    expect(result.ready()).toBe(false);
    const got = result.get();
    entry.open();
    expect(await got).toBe(49);
  });

  test('test_async_timeout: get gives up, the task goes on', async () => {
    const entry = gate();
    const result = kit.shared.applyAsync(hold<number>, [entry.token, 36]);
    expect(await failureOf(result.get(20))).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    expect(await failureOf(result.get(0))).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    entry.open();
    expect(await result.get(10_000)).toBe(36);
  });

  test('test_make_pool', async () => {
    for (const processes of [-1, 0]) expect(() => new Constructor(processes)).toThrow(RangeError);
    const three = make(3);
    const entry = gate();
    const results = range(4).map((i) => three.applyAsync(block<number>, [entry.token, i]));
    await until('three workers to be busy', () => entry.arrivals === 3);
    entry.open();
    expect(await Promise.all(results.map(async (result) => result.get()))).toEqual(range(4));
    three.close();
    await three.join();
  });

  test('test_terminate: though ten thousand tasks wait', async () => {
    const entry = gate();
    const three = make(3);
    const result = three.starmapAsync(
      block<number>,
      range(10_000).map((i) => [entry.token, i]),
      { chunkSize: 1 },
    );
    await until('some to have begun', () => entry.arrivals === 3);
    await three.terminate();
    await three.join();
    expect(result.ready()).toBe(true);
    expect(result.successful()).toBe(false);
    expect(entry.arrivals).toBe(3);
  });

  test('test_empty_iterable', async () => {
    const one = make(1);
    expect(await one.map(square, [])).toEqual([]);
    expect(await one.imap(square, []).toArray()).toEqual([]);
    expect(await one.imapUnordered(square, []).toArray()).toEqual([]);
    expect(await one.mapAsync(square, []).get()).toEqual([]);
    one.close();
    await one.join();
  });

  test('test_context: leaving `await using` ends the pool', async () => {
    let left: Pool | ThreadPool;
    {
      await using within = new Constructor(2);
      left = within;
      expect(await within.mapAsync(square, range(10)).get()).toEqual(range(10).map(square));
    }
    await left.join();
    expect(() => left.mapAsync(square, range(10))).toThrow(expect.objectContaining({ code: 'HEDDLE_SHUTDOWN' }));
  });

  test('test_wrapped_exception', async () => {
    await expect(
      kit.shared.apply(() => {
        throw new TypeError('foo');
      }),
    ).rejects.toBeInstanceOf(TypeError);
  });

  test('test_map_no_failfast: the result is there when all chunks are done', async () => {
    const entry = gate();
    const result = kit.shared.starmapAsync(
      hold<number>,
      [
        [5 as never, 0],
        [entry.token, 1],
      ],
      1,
    ); // 5 is no gate
    await until('the other task to run', () => entry.arrivals === 1);
    await result.wait(50);
    expect(result.ready()).toBe(false);
    entry.open();
    expect(await failureOf(result.get())).toMatchObject({ name: 'TypeError' });
  });

  test('test_release_task_refs: arguments and results are let go', async () => {
    const refs: WeakRef<object>[] = [];
    await (async () => {
      const objects = range(10).map((n) => ({ n }));
      const results = await kit.shared.map(identity<{ n: number }>, objects);
      for (const each of [...objects, ...results]) refs.push(new WeakRef(each));
    })();
    await until('what was mapped to be collected', () => {
      globalThis.gc?.();
      return refs.every((ref) => ref.deref() === undefined);
    });
  });

  test('test_enter: a pool that is not running runs nothing', async () => {
    const one = make(1);
    await one.terminate();
    for (const call of [
      () => one.apply(square, [1]),
      () => one.map(square, [1]),
      () => one.imap(square, [1]),
      () => one.starmapAsync(multiply, [[1, 2]]),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'HEDDLE_SHUTDOWN' }));
    }
    await one.join();
  });
});
