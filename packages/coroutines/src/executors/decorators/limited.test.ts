/** @workers */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor } from '@heddle/futures';
import { createGate, failureOf, hold, until, ManualClock } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';
import { Gauge } from '../../test-support/gauge.js';
import { CoroutineExecutor } from '../coroutine-executor.js';
import { limited } from './limited.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('limited', () => {
  test('gives so many tasks at a time to the executor, items of maps one by one', async () => {
    const gauge = new Gauge();
    const inner = new CoroutineExecutor();
    await using executor = limited(inner, { concurrency: 3 });
    const work = async (n: number): Promise<number> => {
      await gauge.during(turn);
      return n;
    };
    const submitted = Promise.all(range(20).map((n) => executor.submit(work, n)));
    const mapped = executor.map(work, range(40), { chunkSize: 20 }).toArray();
    expect([...(await submitted), ...(await mapped)]).toEqual([...range(20), ...range(40)]);
    expect([gauge.peak, gauge.total]).toEqual([3, 60]);
    // The executor itself has room for more: ten that wait for each other come to run at the same time.
    let open: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (open = resolve));
    let inside = 0;
    const meet = (): Promise<void> => {
      inside += 1;
      if (inside === 10) open();
      return all;
    };
    await Promise.all(range(10).map(() => inner.submit(() => gauge.during(meet))));
    expect(gauge.peak).toBe(10);
  });

  test('a task that finds room begins within its submit', async () => {
    const inner = new InlineExecutor();
    const executor = limited(inner, { concurrency: 1 });
    expect(executor.submit(() => 'at once').state).toBe('finished');
    await using threads = new ThreadPoolExecutor({ maxWorkers: 1 });
    const argument = { n: 1 };
    const future = limited(threads, { concurrency: 2 }).submit((value: { n: number }) => value.n, argument);
    argument.n = 2;
    expect(await future).toBe(1);
  });

  test('those too many wait by priority, then in the order of submit, and can be cancelled', async () => {
    const executor = limited(new InlineExecutor(), { concurrency: 1 });
    let open: () => void = () => undefined;
    const first = executor.submit(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    const order: string[] = [];
    const submit = (name: string, priority: number): ReturnType<typeof executor.submit<[], void>> =>
      executor.with({ priority }).submit(() => void order.push(name));
    const all = [submit('low', -1), submit('a', 0), submit('never', 5), submit('b', 0), submit('high', 1)];
    expect(executor.statistics()).toMatchObject({ queued: 5, running: 1 });
    expect([all[2]?.state, all[2]?.cancel('no need'), all[2]?.state]).toEqual(['pending', true, 'cancelled']);
    expect(executor.statistics()).toMatchObject({ queued: 4, cancelled: 1 });
    open();
    await Promise.allSettled([first, ...all]);
    expect(order).toEqual(['high', 'a', 'b', 'low']);
    await executor.shutdown();
  });

  test('a signal cancels a task that waits', async () => {
    await using executor = limited(new InlineExecutor(), { concurrency: 1 });
    let open: () => void = () => undefined;
    const first = executor.submit(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    const aborter = new AbortController();
    const second = executor.with({ signal: aborter.signal }).submit(() => 2);
    aborter.abort('over');
    expect(second.state).toBe('cancelled');
    expect(await failureOf(second)).toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'over' });
    open();
    await first;
  });

  test('perSecond: so many begin within any second', async () => {
    const clock = new ManualClock();
    await using executor = limited(new InlineExecutor(), { perSecond: 2, clock });
    const at: number[] = [];
    const all = Promise.all(range(5).map(() => executor.submit(() => void at.push(clock.now()))));
    const mapped = executor.map(() => void at.push(clock.now()), range(2), { chunkSize: 2 }).toArray();
    await clock.advance(10_000);
    await Promise.all([all, mapped]);
    expect(at).toEqual([0, 0, 1000, 1000, 2000, 2000, 3000]);
    expect(clock.timers).toBe(0);
  });

  test('shutdown waits for those that wait; cancelFutures cancels them', async () => {
    const executor = limited(new ThreadPoolExecutor({ maxWorkers: 2 }), { concurrency: 1 });
    const futures = range(5).map((n) => executor.submit((m: number) => m, n));
    await executor.shutdown();
    expect(await Promise.all(futures)).toEqual(range(5));
    const other = limited(new ThreadPoolExecutor({ maxWorkers: 2 }), { concurrency: 1 });
    const gate = createGate(true);
    const running = other.submit(hold, gate.token, 'ran');
    const waiting = range(3).map((n) => other.submit((m: number) => m, n));
    await until('the first to run', () => running.running());
    const down = other.shutdown({ cancelFutures: true });
    expect(waiting.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    gate.open();
    expect(await running).toBe('ran');
    await down;
    expect(other.statistics()).toMatchObject({ queued: 0, cancelled: 3, finished: 1 });
  });

  test('a map that fails in the middle of a chunk runs nothing after it', async () => {
    await using executor = limited(new CoroutineExecutor(), { concurrency: 2 });
    const begun: number[] = [];
    const results = executor.map(
      async (n: number) => {
        begun.push(n);
        await turn();
        if (n === 2) throw new Error('two');
        return n;
      },
      range(10),
      { chunkSize: 10 },
    );
    expect([(await results.next()).value, (await results.next()).value]).toEqual([0, 1]);
    expect(await failureOf(results.next())).toMatchObject({ message: 'two' });
    expect(begun.length).toBeLessThan(6);
  });

  test.each(['InlineExecutor', 'CoroutineExecutor'])('a recursion deeper than the limit goes on, over %s', async (kind) => {
    const inner = kind === 'InlineExecutor' ? new InlineExecutor() : new CoroutineExecutor({ maxConcurrency: 1 });
    await using executor = limited(limited(inner, { concurrency: 1 }), { concurrency: 2 });
    const gauge = new Gauge();
    const count = async (depth: number): Promise<number> => {
      await gauge.during(turn);
      if (depth === 0) return 1;
      const children = await Promise.all(range(3).map(() => executor.submit(count, depth - 1)));
      return children.reduce((sum, n) => sum + n, 1);
    };
    expect(await executor.submit(count, 4)).toBe(121);
    expect(gauge.peak).toBe(1);
    expect(executor.statistics()).toMatchObject({ queued: 0, running: 0 });
  });

  test.each([
    [{}, TypeError, /concurrency or perSecond/],
    [undefined, TypeError, /concurrency or perSecond/],
    [{ concurrency: 0 }, RangeError, /concurrency/],
    [{ concurrency: NaN }, RangeError, /concurrency/],
    [{ concurrency: -2 }, RangeError, /concurrency/],
    [{ concurrency: '2' }, TypeError, /concurrency/],
    [{ perSecond: 0 }, RangeError, /perSecond/],
    [{ perSecond: NaN }, RangeError, /perSecond/],
    [{ perSecond: -1 }, RangeError, /perSecond/],
    [{ perSecond: '1' }, TypeError, /perSecond/],
    [{ concurrency: 1, clock: 1 }, TypeError, /clock/],
    [{ concurency: 1 }, TypeError, /"concurency".*concurrency/],
  ])('refuses the limits %p', (limits, type, message) => {
    const make = (): unknown => limited(new InlineExecutor(), limits as never);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
