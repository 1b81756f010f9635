/**
 * CoroutineExecutor: its bounds, order and statistics, with a hundred thousand tasks.
 *
 * @slow
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor, currentExecutor, currentTask, type Executor } from '@heddle/futures';
import { failureOf, until, warningsOf, ManualClock } from '@heddle/testkit/support';
import { Gauge } from '../test-support/gauge.js';
import { CoroutineExecutor } from './coroutine-executor.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('CoroutineExecutor', () => {
  test('runs so many tasks at a time, and no fewer', async () => {
    const gauge = new Gauge();
    await using executor = new CoroutineExecutor({ maxConcurrency: 7 });
    await Promise.all(range(100).map(() => executor.submit(() => gauge.during(turn))));
    expect([gauge.peak, gauge.total]).toEqual([7, 100]);
  });

  test('a task begins after the code that submitted it, and before other events', async () => {
    await using executor = new CoroutineExecutor();
    const seen: string[] = [];
    const immediate = new Promise<void>((resolve) =>
      setImmediate(() => {
        seen.push('event');
        resolve();
      }),
    );
    void executor.submit(() => {
      seen.push('task');
    });
    seen.push('submitted');
    await immediate;
    expect(seen).toEqual(['submitted', 'task', 'event']);
  });

  test('a task has the async context of whoever submitted it, not of who made room for it', async () => {
    const user = new AsyncLocalStorage<string>();
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const read = async (): Promise<unknown[]> => {
      const before = user.getStore();
      await turn();
      return [before, user.getStore()];
    };
    const futures = ['a', 'b', 'c'].map((name) => user.run(name, () => executor.submit(read)));
    expect(await Promise.all(futures)).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
    const mapped = user.run('map', () =>
      executor.map(async () => {
        await turn();
        return user.getStore();
      }, [1, 2, 3]),
    );
    expect(await mapped.toArray()).toEqual(['map', 'map', 'map']);
  });

  test('the innermost task is the current one, whichever executors run them', async () => {
    await using outer = new InlineExecutor();
    await using inner = new CoroutineExecutor();
    const names = await outer.with({ name: 'outer' }).submit(async () => {
      const name = await inner.with({ name: 'inner' }).submit(async () => {
        await turn();
        return currentTask()?.name;
      });
      return [name, currentTask()?.name];
    });
    expect(names).toEqual(['inner', 'outer']);
  });

  test('a long row of short tasks lets timers have their turn', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    let isOver = false;
    let timers = 0;
    const timer = setInterval(() => {
      timers += 1;
    }, 1);
    const spin = (): void => {
      for (const end = performance.now() + 0.2; performance.now() < end;);
    };
    const all = Promise.all(range(500).map(() => executor.submit(spin))).then(() => {
      isOver = true;
    });
    await until('timers between the tasks', () => timers > 3);
    expect(isOver).toBe(false);
    clearInterval(timer);
    await all;
    let ticks = 0;
    const other = setInterval(() => {
      ticks += 1;
    }, 1);
    await executor
      .map(
        async () => {
          spin();
        },
        range(500),
        { chunkSize: 500 },
      )
      .toArray();
    clearInterval(other);
    expect(ticks).toBeGreaterThan(3);
  });

  test.each(['array', 'iterator', 'async iterator'])(
    'a map of many tasks that never wait lets timers have their turn: from an %s',
    async (kind) => {
      await using executor = new CoroutineExecutor();
      const numbers = range(50_000); // dozens of time slices, on any machine
      async function* each(): AsyncGenerator<number> {
        yield* numbers;
      }
      let ticks = 0;
      const timer = setInterval(() => {
        ticks += 1;
      }, 1);
      let sum = 0;
      for await (const n of executor.map(
        async (item: number) => item,
        kind === 'array' ? numbers : kind === 'iterator' ? numbers.values() : each(),
      ))
        sum += n;
      clearInterval(timer);
      expect(sum).toBe((50_000 * 49_999) / 2);
      expect(ticks).toBeGreaterThan(3);
    },
  );

  test('perSecond: so many begin within any second, the items of a map too', async () => {
    const clock = new ManualClock();
    await using executor = new CoroutineExecutor({ perSecond: 3, clock });
    const at: number[] = [];
    const begin = async (): Promise<void> => {
      at.push(clock.now());
    };
    await clock.advance(500);
    const first = Promise.all(range(4).map(() => executor.submit(begin)));
    await clock.advance(400);
    expect(at).toEqual([500, 500, 500]);
    await clock.advance(700);
    await first;
    expect(at).toEqual([500, 500, 500, 1500]);
    const rest = executor.map(begin, range(6), { chunkSize: 3 }).toArray();
    await clock.advance(5000);
    await rest;
    expect(at.slice(4)).toEqual([1600, 1600, 2500, 2600, 2600, 3500]);
  });

  test('perSecond may be a fraction', async () => {
    const clock = new ManualClock();
    await using slow = new CoroutineExecutor({ perSecond: 0.5, clock });
    await using odd = new CoroutineExecutor({ perSecond: 2.5, clock });
    const begins = { slow: [] as number[], odd: [] as number[] };
    const all = Promise.all(
      range(5).flatMap(() => [slow.submit(() => void begins.slow.push(clock.now())), odd.submit(() => void begins.odd.push(clock.now()))]),
    );
    await clock.advance(8000);
    await all;
    expect(begins).toEqual({ slow: [0, 2000, 4000, 6000, 8000], odd: [0, 0, 800, 800, 1600] });
  });

  test('perSecond: no timer is left when nothing waits any longer', async () => {
    const clock = new ManualClock();
    await using executor = new CoroutineExecutor({ perSecond: 1, clock });
    await executor.submit(() => 1);
    const waiting = executor.submit(() => 2);
    await turn();
    expect(clock.timers).toBe(1);
    waiting.cancel();
    expect(clock.timers).toBe(0);
    const next = executor.submit(() => 3);
    await clock.advance(1000);
    expect(await next).toBe(3);
  });

  test('tasks that wait for the rate still go by priority', async () => {
    const clock = new ManualClock();
    await using executor = new CoroutineExecutor({ perSecond: 1, clock });
    const order: string[] = [];
    const submit = (name: string, priority: number): Promise<unknown> => executor.with({ priority }).submit(() => void order.push(name));
    const all = [submit('first', 0)];
    await turn();
    all.push(submit('low', -1), submit('normal', 0));
    await turn();
    all.push(submit('high', 1));
    await clock.advance(4000);
    await Promise.all(all);
    expect(order).toEqual(['first', 'high', 'normal', 'low']);
  });

  test('shutdown: children of what runs are still accepted, others not', async () => {
    const executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const future = executor.submit(async () => {
      await turn();
      const [one, two] = await Promise.all([currentExecutor()?.submit(() => 1), executor.map((n: number) => n, [2]).toArray()]);
      return [one, ...two];
    });
    const down = executor.shutdown();
    expect(() => executor.submit(() => 1)).toThrow(/after shutdown/);
    expect(await future).toEqual([1, 2]);
    await down;
  });

  test.each([
    [{ maxConcurrency: 0 }, RangeError, /maxConcurrency/],
    [{ maxConcurrency: -1 }, RangeError, /maxConcurrency/],
    [{ maxConcurrency: NaN }, RangeError, /maxConcurrency/],
    [{ maxConcurrency: 1.5 }, RangeError, /maxConcurrency/],
    [{ maxConcurrency: Infinity }, RangeError, /maxConcurrency/],
    [{ maxConcurrency: '4' }, TypeError, /maxConcurrency/],
    [{ perSecond: 0 }, RangeError, /perSecond/],
    [{ perSecond: -1 }, RangeError, /perSecond/],
    [{ perSecond: NaN }, RangeError, /perSecond/],
    [{ perSecond: '4' }, TypeError, /perSecond/],
    [{ maxQueueSize: -1 }, RangeError, /maxQueueSize/],
    [{ maxSuspendedTasks: 0.5 }, RangeError, /maxSuspendedTasks/],
    [{ clock: Date }, TypeError, /clock/],
    [{ clock: null }, TypeError, /clock/],
    [{ maxConcurency: 3 }, TypeError, /"maxConcurency".*maxConcurrency/],
    [5, TypeError, /options/],
    [null, TypeError, /options/],
  ])('refuses the options %p', (options, type, message) => {
    const make = (): Executor => new CoroutineExecutor(options as never);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});

describe('CoroutineExecutor: what does not heed its abort', () => {
  test('fails after the grace, gives its slot away, and is reported; so is its failure later', async () => {
    const executor = new CoroutineExecutor({ maxConcurrency: 1 });
    let fail: (error: Error) => void = () => undefined;
    const future = executor.with({ name: 'deaf' }).submit(
      () =>
        new Promise<void>((_resolve, reject) => {
          fail = reject;
        }),
    );
    const next = executor.submit(() => 'the slot is free');
    const [orphaned] = await warningsOf('HEDDLE_CANCELLATION_IGNORED', 1, async () => {
      await until('the task to run', () => future.running());
      expect(await future.abort('enough', { graceMs: 1 })).toBe(true);
    });
    expect(orphaned?.message).toMatch(/"deaf".*1 ms/);
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'enough' });
    expect(await next).toBe('the slot is free');
    expect(executor.statistics()).toMatchObject({ running: 0, failed: 1, finished: 1, workers: { busy: 0, idle: 1, stopping: 1 } });
    await executor.shutdown(); // it does not wait for the orphan
    const [failed] = await warningsOf('HEDDLE_CANCELLATION_IGNORED', 1, async () => {
      fail(new Error('at last'));
    });
    expect([failed?.message, failed?.detail]).toEqual([expect.stringMatching(/"deaf".*failed since/), expect.stringMatching(/at last/)]);
    expect(executor.statistics().workers.stopping).toBe(0);
  });

  test('a chunk of a map: its items fail with it, and those that had not begun never run', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 2 });
    let begun = 0;
    const results = executor.with({ timeoutMs: 5 }).map(
      async () => {
        begun += 1;
        await new Promise((resolve) => currentTask()?.signal.addEventListener('abort', resolve));
        currentTask()?.signal.throwIfAborted();
      },
      range(10),
      { chunkSize: 10 },
    );
    expect(await failureOf(results.toArray())).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    expect(begun).toBe(2);
    expect(await executor.submit(() => 'goes on')).toBe('goes on');
  });

  test('a chunk whose items are all deaf, and one that waits for a slot', async () => {
    const executor = new CoroutineExecutor({ maxConcurrency: 2 });
    const never = new Promise<never>(() => undefined);
    const aborter = new AbortController();
    const results = executor.with({ signal: aborter.signal, name: 'chunk' }).map(() => never, range(10), { chunkSize: 5 });
    await until('the items to run', () => executor.statistics().workers.busy === 2);
    await warningsOf('HEDDLE_CANCELLATION_IGNORED', 1, async () => {
      aborter.abort('over');
      expect(await failureOf(results.toArray())).toMatchObject({ code: 'HEDDLE_ABORTED' });
    });
    expect(executor.statistics()).toMatchObject({ queued: 0, running: 0, cancelled: 1, failed: 1, workers: { busy: 0 } });
    expect(await executor.submit(() => 'goes on')).toBe('goes on');
    await executor.shutdown();
  });
});

describe('CoroutineExecutor: map', () => {
  test('items of one chunk run beside each other, within the bound', async () => {
    const gauge = new Gauge();
    await using executor = new CoroutineExecutor({ maxConcurrency: 5 });
    const items = range(40);
    const results = await executor
      .map(
        async (n: number) => {
          await gauge.during(turn);
          return n * 2;
        },
        items,
        { chunkSize: 20 },
      )
      .toArray();
    expect(results).toEqual(items.map((n) => n * 2));
    expect(gauge.peak).toBe(5);
    expect(executor.statistics()).toMatchObject({ queued: 0, running: 0, workers: { busy: 0, idle: 5 } });
  });

  test('the first failure in the order of the items counts, also when a later one was faster', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 3 });
    const begun: number[] = [];
    const results = executor.map(
      async (n: number) => {
        begun.push(n);
        for (let i = n; i < 3; i++) await turn();
        if (n > 0) throw new RangeError(`refused ${String(n)}`);
        return n;
      },
      range(9),
      { chunkSize: 9 },
    );
    expect((await results.next()).value).toBe(0);
    expect(await failureOf(results.next())).toMatchObject({ message: 'refused 1' });
    expect(begun).toEqual([0, 1, 2]);
  });

  test('what is submitted with a higher priority goes before the items that have not begun', async () => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 1 });
    const order: string[] = [];
    const results = executor.map(
      async (n: number) => {
        order.push(String(n));
        if (n === 1)
          void executor.with({ priority: 1 }).submit(() => {
            order.push('urgent');
          });
        await turn();
      },
      range(4),
      { chunkSize: 4 },
    );
    await results.toArray();
    expect(order).toEqual(['0', '1', 'urgent', '2', '3']);
  });

  // `npm run bench -- coroutines` does the same with ten million.
  test.each(['sync', 'async'])('a hundred thousand items of a source that is %s, in constant memory', async (kind) => {
    await using executor = new CoroutineExecutor({ maxConcurrency: 50 });
    let heapAtStart = 0;
    let most = 0;
    let sum = 0;
    const sync = function* (): Generator<number> {
      for (let i = 0; i < 100_000; i++) yield i;
    };
    const async = async function* (): AsyncGenerator<number> {
      yield* sync();
    };
    for await (const n of executor.map(async (i: number) => i * 2, kind === 'sync' ? sync() : async())) {
      sum += n;
      if (n % 40_000 !== 0) continue;
      globalThis.gc?.();
      const { heapUsed } = process.memoryUsage();
      if (heapAtStart === 0) heapAtStart = heapUsed;
      most = Math.max(most, heapUsed - heapAtStart);
    }
    expect(sum).toBe(9_999_900_000);
    expect(most).toBeLessThan(4 * 2 ** 20);
  });
});
