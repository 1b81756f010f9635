/** Callbacks: functions that stay with the caller and are called from the task. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { callback } from '@heddle/serialization';
import { namedError, rejection, rejectsWith, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { callUnseen } from '../tasks.js';

/** What a task gets in place of a callback. */
export type Call<A extends unknown[], R> = (...args: A) => Promise<R>;

export function callbackTests({ given }: Suite): void {
  const { test } = given('callerObjects');

  test('callback: runs in the caller, with what it can reach there; the task gets a promise', async (t) => {
    const seen: number[] = [];
    const double = callback((n: number) => {
      seen.push(n);
      return n * 2;
    });
    const use = async (call: Call<[number], number>): Promise<number> => (await call(1)) + (await call(2));
    assert.equal(await t.executor().submit(use, double), 6);
    assert.deepEqual(seen, [1, 2]);
    assert.equal(await double(4), 8, 'called here it calls the function');
  });

  given('callerObjects', 'captures').test('callback: captured', async (t) => {
    const executor = t.executor();
    const seen: string[] = [];
    const tell = callback((text: string) => {
      seen.push(text);
    });
    await executor.submit(async () => {
      await tell('captured');
    });
    assert.deepEqual(
      await executor
        .map(
          async (n: number) => {
            await tell(`chunk ${String(n)}`);
            return n;
          },
          [4, 5],
          { chunkSize: 1 },
        )
        .toArray(),
      [4, 5],
    );
    assert.deepEqual(seen.sort(), ['captured', 'chunk 4', 'chunk 5']);
  });

  test('callback: within an argument, and in the items of a map', async (t) => {
    const executor = t.executor();
    const seen: string[] = [];
    const tell = callback((text: string) => {
      seen.push(text);
    });
    await executor.submit(
      async (options: { on: { found: Call<[string], void> } }) => {
        await options.on.found('within');
      },
      { on: { found: tell } },
    );
    const items = [1, 2, 3].map((n) => ({ n, tell }));
    assert.deepEqual(
      await executor
        .map(
          async (item: { n: number; tell: Call<[string], void> }) => {
            await item.tell(`item ${String(item.n)}`);
            return item.n;
          },
          items,
          { chunkSize: 1 },
        )
        .toArray(),
      [1, 2, 3],
    );
    assert.deepEqual(seen.sort(), ['item 1', 'item 2', 'item 3', 'within']);
  });

  test('callback: arguments, results and errors keep what they are', async (t) => {
    const executor = t.executor();
    const echo = callback((value: unknown) => value);
    const check = async (call: Call<[unknown], unknown>): Promise<boolean[]> => [
      (await call(new Map([[1, new Date(0)]]))) instanceof Map,
      Object.is(await call(-0), -0),
      (await call(undefined)) === undefined,
    ];
    sameData(await executor.submit(check, echo), [true, true, true]);
    const fail = callback((): never => {
      throw Object.assign(new RangeError('no'), { extra: 7 });
    });
    const caught = async (call: Call<[], never>): Promise<unknown> => {
      try {
        return await call();
      } catch (error) {
        return [(error as Error).name, (error as Error).message, (error as { extra?: number }).extra];
      }
    };
    sameData(await executor.submit(caught, fail), ['RangeError', 'no', 7]);
    namedError(await rejection(executor.submit(async (call: Call<[], never>) => await call(), fail)), 'RangeError', /no/);
  });

  test('callback: what cannot travel is refused with its path, in either direction', async (t) => {
    const executor = t.executor();
    const nothing = callback((_: unknown) => undefined);
    const there = await rejectsWith(
      executor.submit(async (call: Call<[unknown], unknown>) => await call({ at: [new WeakMap()] }), nothing),
      'HEDDLE_SERIALIZATION',
    );
    assert.equal((there as { path?: unknown }).path, 'args[0].at[0]');
    const back = await rejectsWith(
      executor.submit(
        async (call: Call<[], unknown>) => await call(),
        callback(() => ({ made: new WeakMap() })),
      ),
      'HEDDLE_SERIALIZATION',
    );
    assert.equal((back as { path?: unknown }).path, 'answer.made');
    const again = await rejectsWith(
      executor.submit(async (call: Call<[unknown], unknown>) => await call(call), nothing),
      'HEDDLE_SERIALIZATION',
    );
    assert.match(again.message, /callback is called where it was made/);
    await stillWorks(executor);
  });

  test('callback: what was called before the task ended arrives before its result, awaited or not', async (t) => {
    const seen: number[] = [];
    const tell = callback((n: number) => {
      seen.push(n);
    });
    await t.executor().submit((call: Call<[number], void>) => {
      for (let i = 0; i < 1000; i++) void call(i);
    }, tell);
    assert.deepEqual(
      seen,
      Array.from({ length: 1000 }, (_, i) => i),
    );
  });

  test('callback: no more than 256 calls of a task are under way', async (t) => {
    let open = 0;
    let most = 0;
    const slow = callback(async () => {
      most = Math.max(most, (open += 1));
      await turn();
      open -= 1;
    });
    await t.executor().submit(async (call: Call<[], void>) => {
      await Promise.all(Array.from({ length: 2000 }, () => call()));
    }, slow);
    assert.ok(most <= 256 && most > 1, `${String(most)} calls at a time`);
  });

  test('callback: released when the task has ended', async (t) => {
    const executor = t.newExecutor();
    const keep = (call: Call<[], void>): void => {
      (globalThis as { kept?: unknown }).kept = call;
    };
    const useKept = async (): Promise<string> => {
      const { kept } = globalThis as unknown as { kept: Call<[], void> };
      try {
        await kept();
        return 'called';
      } catch (error) {
        return `${(error as { code?: string }).code ?? ''} ${(error as Error).message}`;
      }
    };
    const all = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        await executor.submit(
          keep,
          callback(() => undefined),
        );
        return executor.submit(useKept).catch((error: unknown) => String(error));
      }),
    );
    assert.ok(
      all.some((each) => /HEDDLE_INVALID_STATE.*released when the task ended/.test(each)),
      all.join('; '),
    );
    assert.ok(!all.includes('called'));
  });

  test('callback: an error the task does not look at ends neither it nor its worker', async (t) => {
    const executor = t.executor();
    const fail = callback((): never => {
      throw new Error('unseen');
    });
    const settle = callback(() => undefined);
    sameData(await executor.submit(callUnseen, fail, settle), {
      code: 'HEDDLE_CALLBACK_THREW',
      message: 'callback threw in the caller, and the task did not look at it',
      detail: 'Error: unseen',
      result: 'whole',
    });
    await stillWorks(executor);
  });

  test('callback: runs in the async context of the submit', async (t) => {
    const storage = new AsyncLocalStorage<string>();
    const read = callback(() => storage.getStore());
    const future = storage.run('mine', () => t.executor().submit(async (call: Call<[], string | undefined>) => await call(), read));
    assert.equal(await future, 'mine');
  });

  given('callerObjects', 'suspends').test('callback: one that waits for the same executor, which has one worker', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const ask = callback((n: number) => executor.submit((m: number) => m + 1, n));
    assert.equal(await executor.submit(async (call: Call<[number], number>) => await call(await call(1)), ask), 3);
  });
}
