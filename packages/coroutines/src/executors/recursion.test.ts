/**
 * Tasks that await tasks of their own executor, a hundred thousand levels deep.
 *
 * @slow
 */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { wait } from '@heddle/futures';
import { failureOf, until, warningsOf } from '@heddle/testkit/support';
import { Gauge } from '../test-support/gauge.js';
import { CoroutineExecutor } from './coroutine-executor.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('CoroutineExecutor: recursion', () => {
  test.each([1, 2, 3])('a tree deeper than maxConcurrency %i is gone through, within the bound', async (maxConcurrency) => {
    await using executor = new CoroutineExecutor({ maxConcurrency });
    const gauge = new Gauge();
    const count = async (depth: number): Promise<number> => {
      await gauge.during(turn);
      if (depth === 0) return 1;
      const children = await Promise.all(range(3).map(() => executor.submit(count, depth - 1)));
      await gauge.during(turn);
      return children.reduce((sum, n) => sum + n, 1);
    };
    expect(await executor.submit(count, 5)).toBe(364);
    expect(gauge.peak).toBe(maxConcurrency);
    expect(executor.statistics()).toMatchObject({
      running: 0,
      suspended: 0,
      queued: 0,
      finished: 364,
      workers: { busy: 0, idle: maxConcurrency },
    });
  });

  test('a tree is gone through in depth: few of its nodes wait at a time', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    let most = 0;
    const count = async (depth: number): Promise<void> => {
      await turn();
      const { queued, suspended } = executor.statistics();
      most = Math.max(most, queued + suspended);
      if (depth > 0) await Promise.all(range(4).map(() => executor.submit(count, depth - 1)));
    };
    await executor.submit(count, 5); // 1365 nodes
    expect(most).toBeLessThanOrEqual(5 * 4);
  });

  test('a map within a map, at a concurrency of one', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const row = async (n: number): Promise<number[]> =>
      await executor
        .map(async (m: number) => {
          await turn();
          return n * m;
        }, range(4))
        .toArray();
    expect(await executor.map(row, range(3)).toArray()).toEqual([
      [0, 0, 0, 0],
      [0, 1, 2, 3],
      [0, 2, 4, 6],
    ]);
  });

  test.each(['allSettled', 'race', 'any', 'wait', 'result', 'callbacks'])('however the children are awaited: %s', async (how) => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const parent = async (): Promise<string> => {
      const children = [
        executor.submit(async () => {
          await turn();
          return 'a';
        }),
        executor.submit(() => 'b'),
      ];
      if (how === 'allSettled') await Promise.allSettled(children);
      else if (how === 'race') await Promise.race(children);
      else if (how === 'any') await Promise.any(children);
      else if (how === 'wait') await wait(children);
      else if (how === 'result') await children[0]?.result();
      else
        await new Promise<void>((resolve) => {
          for (const child of children)
            child.addDoneCallback(() => {
              resolve();
            });
        });
      await turn();
      return 'done';
    };
    expect(await executor.submit(parent)).toBe('done');
    await executor.shutdown();
    expect(executor.statistics()).toMatchObject({ suspended: 0, finished: 3, workers: { busy: 0, idle: 1 } });
  });

  test('a child that fails, one that is cancelled, and one that is aborted let the parent go on', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const parent = async (): Promise<unknown[]> => {
      const failing = executor.submit(async () => {
        throw new RangeError('child');
      });
      const first = await failureOf(failing);
      const pending = executor.submit(() => 1);
      setImmediate(() => pending.cancel('not needed'));
      const blocker = executor.with({ priority: 1 }).submit(() => new Promise((resolve) => setTimeout(resolve, 20)));
      const second = await failureOf(pending);
      await blocker;
      const running = executor.submit(() => new Promise(() => undefined));
      setImmediate(() => void running.abort('stop', { graceMs: 0 }));
      return [first.message, (second as Error & { code: string }).code, ((await failureOf(running)) as Error & { code: string }).code];
    };
    await warningsOf('HEDDLE_CANCELLATION_IGNORED', 1, async () => {
      expect(await executor.submit(parent)).toEqual(['child', 'HEDDLE_CANCELLED', 'HEDDLE_ABORTED']);
    });
    expect(executor.statistics()).toMatchObject({ suspended: 0, workers: { busy: 0, idle: 1 } });
  });

  test('a stream that stands still gives its slot up, and waits for one before it goes on', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const gauge = new Gauge();
    let sum = 0;
    const results = executor.stream(async function* () {
      for (let i = 0; i < 200; i++) {
        await gauge.during(turn);
        yield i;
      }
    });
    for await (const n of results)
      sum += await executor.submit(async () => {
        await gauge.during(turn);
        return n;
      });
    expect(sum).toBe(19_900);
    expect(gauge.peak).toBe(1);
    expect(executor.statistics()).toMatchObject({ suspended: 0, workers: { busy: 0 } });
  });

  test('a stream that is left while it waits for a slot takes none', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const results = executor.stream(function* () {
      for (let i = 0; ; i++) yield i;
    });
    expect((await results.next()).value).toBe(0);
    let open: () => void = () => undefined;
    await until('the stream to stand still', () => executor.statistics().suspended === 1);
    const holder = executor.submit(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    await until('the other task to run', () => holder.running());
    for (let i = 0; i < 20; i++) await results.next(); // makes room: it waits for the slot
    const left = results.return();
    await left;
    open();
    await holder;
    expect(await executor.submit(() => 'goes on')).toBe('goes on');
    expect(executor.statistics()).toMatchObject({ suspended: 0, workers: { busy: 0, idle: 1 } });
  });

  test('a task without end that submits itself is told so', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 2, maxSuspendedTasks: 50 });
    let calls = 0;
    const again = async (): Promise<number> => {
      calls += 1;
      return await executor.submit(again);
    };
    expect(await failureOf(executor.submit(again))).toMatchObject({
      code: 'HEDDLE_NESTING_LIMIT',
      message: expect.stringMatching(/"again".*maxSuspendedTasks \(50\)/),
    });
    expect(calls).toBeLessThan(60);
  });

  test('a recursion of 100,000 levels, by default and with the limit raised', async () => {
    const depth = 100_000;
    const down = async (executor: CoroutineExecutor, left: number): Promise<number> =>
      left === 0 ? 0 : 1 + (await executor.submit(down, executor, left - 1));
    await using limited = new CoroutineExecutor();
    expect(await failureOf(limited.submit(down, limited, depth))).toMatchObject({ code: 'HEDDLE_NESTING_LIMIT' });
    await using unlimited = new CoroutineExecutor({ maxSuspendedTasks: Infinity });
    expect(await unlimited.submit(down, unlimited, depth)).toBe(depth);
  }, 300_000); // it takes seconds, and a machine with much else to do ten times as long

  test('a task that awaits itself is told so', async () => {
    await using executor = new CoroutineExecutor();
    const future = executor.with({ name: 'narcissus' }).submit(async (): Promise<unknown> => {
      await turn();
      return await future;
    });
    expect(await failureOf(future)).toMatchObject({
      code: 'HEDDLE_INVALID_STATE',
      message: expect.stringMatching(/"narcissus" awaits its own future/),
    });
  });

  test('several tasks may await the same one, also when somebody else has asked for it before', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const order: string[] = [];
    const early = [1, 2].map((n) =>
      executor.submit(async () => {
        await turn();
        order.push(await last);
        return n;
      }),
    );
    const last = executor.submit(async () => {
      await turn();
      return 'last';
    });
    last.addDoneCallback(() => order.push('done'));
    expect(await Promise.all(early)).toEqual([1, 2]);
    expect(order).toEqual(['done', 'last', 'last']);
  });

  test('awaiting tasks of another executor keeps the slot', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    await using other = new CoroutineExecutor({ maxConcurrency: 1 });
    const gauge = new Gauge();
    await Promise.all(
      range(3).map(() =>
        executor.submit(() =>
          gauge.during(async () => {
            await other.submit(turn);
          }),
        ),
      ),
    );
    expect(gauge.peak).toBe(1);
  });
});
