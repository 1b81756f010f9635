/**
 * AsyncResult, its callbacks, and the futures of apply and map.
 *
 * @workers
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { block, failureOf, hold, identity, until, warningsOf } from '@heddle/testkit/support';
import { describeEachPool, range, square } from './test-support/each-pool.js';

const fail = (message: string): never => {
  throw new RangeError(message);
};

describeEachPool('AsyncResult', (kit) => {
  const { gate } = kit;

  test('is pending, then succeeded or failed', async () => {
    const entry = gate();
    const pool = kit.shared;
    const good = pool.applyAsync(hold<number>, [entry.token, 7]);
    const bad = pool.applyAsync(fail, ['wrong']);
    expect(good.ready()).toBe(false);
    expect(() => good.successful()).toThrow(
      expect.objectContaining({ code: 'HEDDLE_INVALID_STATE', message: expect.stringMatching(/"hold" is not ready/) }),
    );
    entry.open();
    await Promise.all([good.wait(), bad.wait()]);
    expect([good.ready(), good.successful(), bad.ready(), bad.successful()]).toEqual([true, true, true, false]);
    expect(await good.get(0)).toBe(7);
    expect(await failureOf(bad.get(0))).toMatchObject({ name: 'RangeError', message: 'wrong' });
    expect(await good.get()).toBe(7); // as often as one likes
  });

  test('wait(timeoutMs) comes back when the time is up, without an error', async () => {
    const entry = gate();
    const result = kit.shared.applyAsync(hold<number>, [entry.token, 7]);
    await result.wait(0);
    await result.wait(20);
    expect(result.ready()).toBe(false);
    entry.open();
    await result.wait(20_000);
    expect(result.successful()).toBe(true);
  });

  test('falsy errors and undefined values', async () => {
    const pool = kit.shared;
    const result = pool.applyAsync(() => {
      throw undefined;
    });
    expect(await Promise.allSettled([result.get()])).toEqual([{ status: 'rejected', reason: undefined }]);
    expect(result.successful()).toBe(false);
    expect(await pool.applyAsync(() => undefined).get()).toBeUndefined();
  });

  test('of a map: ready when all chunks are; the error is that of the first item that has one', async () => {
    const entry = gate();
    const pool = kit.shared;
    const result = pool.starmapAsync(
      hold<number>,
      [
        [entry.token, 1],
        [5 as never, 2],
      ],
      1,
    ); // 5 is no gate
    await result.wait(20);
    expect(result.ready()).toBe(false);
    entry.open();
    expect(await failureOf(result.get())).toMatchObject({ name: 'TypeError' });
    expect(result.successful()).toBe(false);
    const many = pool.map(
      (n: number) => {
        if (n >= 5) throw new RangeError(`at ${String(n)}`);
      },
      range(40),
      3,
    );
    expect(await failureOf(many)).toMatchObject({ message: 'at 5' });
  });
});

describeEachPool('callbacks', (kit) => {
  test('the one that fits is called, once the result is ready and before it is got', async () => {
    const pool = kit.shared;
    const order: unknown[] = [];
    const options = {
      callback: (value: unknown) => {
        order.push(['value', value, good.ready()]);
      },
      errorCallback: (error: unknown) => {
        order.push(['error', (error as Error).message, bad.ready()]);
      },
    };
    const good = pool.applyAsync(square, [3], options);
    await good.get();
    order.push('got');
    const bad = pool.applyAsync(fail, ['wrong'], options);
    await failureOf(bad.get());
    order.push('got');
    expect(order).toEqual([['value', 9, true], 'got', ['error', 'wrong', true], 'got']);
  });

  test('of mapAsync and starmapAsync: with all values; also for no items, where CPython calls none', async () => {
    const pool = kit.shared;
    const told: unknown[] = [];
    const callback = (values: unknown): void => {
      told.push(values);
    };
    await pool.mapAsync(square, range(4), { callback }).wait();
    await pool
      .starmapAsync(
        (a: number, b: number) => a + b,
        [
          [1, 2],
          [3, 4],
        ],
        { callback, chunkSize: 1 },
      )
      .wait();
    await pool.mapAsync(square, [], { callback }).wait();
    expect(told).toEqual([[0, 1, 4, 9], [3, 7], []]);
  });

  test('one that throws is reported, and neither the result nor the pool is harmed', async () => {
    const pool = kit.shared;
    const warnings = await warningsOf('HEDDLE_CALLBACK_THREW', 2, async () => {
      const good = pool.applyAsync(square, [3], { callback: () => fail('in callback') });
      const bad = pool.mapAsync(fail, ['wrong'], { errorCallback: () => fail('in errorCallback') });
      expect(await good.get()).toBe(9);
      expect(await failureOf(bad.get())).toMatchObject({ message: 'wrong' });
    });
    // Two workers, so either may be the first.
    expect(warnings.map(({ message, detail }) => [message, detail?.split('\n')[0]]).sort()).toEqual([
      ['applyAsync: the callback threw; the result is not affected', 'RangeError: in callback'],
      ['mapAsync: the errorCallback threw; the result is not affected', 'RangeError: in errorCallback'],
    ]);
    expect(await pool.apply(square, [4])).toBe(16);
  });

  test('they run in the async context of the call', async () => {
    const pool = kit.shared;
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const see = (): void => {
      seen.push(storage.getStore());
    };
    const results = storage.run('of the call', () => [
      pool.applyAsync(square, [3], { callback: see }),
      pool.applyAsync(fail, ['wrong'], { errorCallback: see }),
    ]);
    await Promise.all(results.map(async (result) => result.wait()));
    expect(seen).toEqual(['of the call', 'of the call']);
  });

  test('an error that nobody gets is reported, unless an errorCallback was told', async () => {
    const pool = kit.shared;
    const refs: WeakRef<object>[] = [];
    const warnings = await warningsOf('HEDDLE_NEVER_RETRIEVED', 1, async () => {
      await (async () => {
        const told = pool.applyAsync(fail, ['told'], { errorCallback: () => undefined });
        const untold = pool.applyAsync(fail, ['untold'], { callback: () => undefined });
        refs.push(new WeakRef(told), new WeakRef(untold));
        await until('both to have failed', () => told.ready() && untold.ready());
      })();
      await until('both to be collected', () => {
        globalThis.gc?.();
        return refs.every((ref) => ref.deref() === undefined);
      });
    });
    expect(warnings.map(({ detail }) => detail?.split('\n')[0])).toEqual(['RangeError: untold']);
  });
});

describeEachPool('the futures of apply and map', (kit) => {
  const { make, gate } = kit;

  test('a failure that is awaited later ends no program', async () => {
    const pool = kit.shared;
    const failing = pool.map(fail, ['wrong']);
    await until('it to have failed', () => failing.done());
    await new Promise((resolve) => setImmediate(resolve));
    expect(await failureOf(failing)).toMatchObject({ message: 'wrong' });
  });

  test('they tell their state, and can be cancelled until a task of theirs has begun', async () => {
    const entry = gate();
    const pool = make(1);
    const running = pool.starmap(
      block<number>,
      [
        [entry.token, 0],
        [entry.token, 1],
      ],
      1,
    );
    const waiting = pool.map(square, range(10));
    await until('the worker to be busy', () => entry.arrivals === 1);
    expect([running.state, waiting.state]).toEqual(['running', 'pending']);
    expect([running.cancel(), waiting.cancel('enough')]).toEqual([false, true]);
    expect(waiting.state).toBe('cancelled');
    expect(await failureOf(waiting)).toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'enough' });
    entry.open();
    expect(await running).toEqual([0, 1]);
  });

  test('abort stops what runs and takes back what waits', async () => {
    const entry = gate();
    const pool = kit.shared;
    const running = pool.starmap(
      block<number>,
      range(50).map((i) => [entry.token, i]),
      1,
    );
    await until('both workers to be busy', () => entry.arrivals === 2);
    expect(await running.abort('enough', { graceMs: 0 })).toBe(true);
    expect(running.done()).toBe(true);
    expect(await failureOf(running)).toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'enough' });
    expect(await pool.map(identity, range(5))).toEqual(range(5));
    expect(entry.arrivals).toBe(2);
  });
});
