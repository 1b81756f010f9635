/** @workers */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor, currentTask, type Executor } from '@heddle/futures';
import { failureOf, until, ManualClock } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';
import { FlakyError, flaky } from '../../test-support/flaky.js';
import { CoroutineExecutor } from '../coroutine-executor.js';
import { retrying } from './retrying.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A function that fails so many times, and notes when it was called, and as which attempt. */
function failing(times: number, clock?: ManualClock): { fn: () => Promise<string>; calls: [at: number, attempt: number | undefined][] } {
  const calls: [number, number | undefined][] = [];
  const fn = async (): Promise<string> => {
    calls.push([clock?.now() ?? 0, currentTask()?.attempt]);
    if (calls.length <= times) throw new Error(`failure ${String(calls.length)}`);
    return 'at last';
  };
  return { fn, calls };
}

describe('retrying', () => {
  test('runs again after a growing delay, up to attempts; the task sees which run it is', async () => {
    const clock = new ManualClock();
    const executor = retrying(new CoroutineExecutor(), { attempts: 5, delayMs: 10, factor: 3, maxDelayMs: 50, jitter: 'none', clock });
    const { fn, calls } = failing(4, clock);
    const future = executor.submit(fn);
    for (let i = 0; i < 20; i++) await clock.advance(10);
    expect(await future).toBe('at last');
    expect(calls).toEqual([
      [0, 1],
      [10, 2],
      [40, 3],
      [90, 4],
      [140, 5],
    ]);
    expect(clock.timers).toBe(0);
    await executor.shutdown();
  });

  test('the error of the last attempt is the error', async () => {
    await using executor = retrying(new InlineExecutor(), { delayMs: 0 });
    const { fn, calls } = failing(99);
    expect(await failureOf(executor.submit(fn))).toMatchObject({ message: 'failure 3' });
    expect(calls.length).toBe(3);
  });

  test('jitter scatters the delay: all of it, its second half, or not at all', async () => {
    const delays = async (jitter: 'full' | 'equal' | 'none', random: () => number): Promise<number[]> => {
      const clock = new ManualClock();
      await using executor = retrying(new InlineExecutor(), { attempts: 3, delayMs: 100, jitter, random, clock });
      const { fn, calls } = failing(2, clock);
      const future = executor.submit(fn);
      for (let i = 0; i < 40; i++) await clock.advance(10);
      await future;
      return calls.slice(1).map(([at], i) => at - (calls[i]?.[0] ?? 0));
    };
    expect(await delays('full', () => 0.5)).toEqual([50, 100]);
    expect(await delays('full', () => 0)).toEqual([0, 0]);
    expect(await delays('equal', () => 0)).toEqual([50, 100]);
    expect(await delays('none', () => 0)).toEqual([100, 200]);
  });

  test('retryIf decides, with the error and the attempt; it may be async', async () => {
    const asked: [string, number][] = [];
    await using executor = retrying(new InlineExecutor(), {
      attempts: 10,
      delayMs: 0,
      retryIf: async (error, attempt) => {
        await turn();
        asked.push([(error as Error).message, attempt]);
        return attempt < 2;
      },
    });
    expect(await failureOf(executor.submit(failing(99).fn))).toMatchObject({ message: 'failure 2' });
    expect(asked).toEqual([
      ['failure 1', 1],
      ['failure 2', 2],
    ]);
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new RangeError('judge');
      },
    ],
    ['rejects', (): Promise<never> => Promise.reject(new RangeError('judge'))],
  ])('a retryIf that %s fails the task, and both errors are there', async (_how, retryIf) => {
    await using executor = retrying(new InlineExecutor(), { retryIf });
    const error = (await failureOf(executor.with({ name: 'mine' }).submit(failing(9).fn))) as AggregateError;
    expect(error.message).toMatch(/retryIf threw.*"mine"/);
    expect(error.errors).toMatchObject([{ message: 'failure 1' }, { message: 'judge' }]);
  });

  test('what will not be better next time is not tried again', async () => {
    await using threads = new ThreadPoolExecutor({ maxWorkers: 1 });
    const clock = new ManualClock();
    const error = await failureOf(retrying(threads, { clock }).submit((value: unknown) => value, new WeakMap()));
    expect(error).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
    expect(clock.timers).toBe(0);
  });

  test('a task that waits for its next attempt runs, can be aborted at once, and counts as suspended', async () => {
    const clock = new ManualClock();
    const executor = retrying(new InlineExecutor(), { clock });
    const future = executor.submit(failing(9).fn);
    await until('the first failure', () => clock.timers === 1);
    expect([future.state, future.cancel()]).toEqual(['running', false]);
    expect(executor.statistics()).toMatchObject({ running: 0, suspended: 1 });
    expect(await future.abort('enough')).toBe(true);
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'enough' });
    expect(clock.timers).toBe(0);
    expect(executor.statistics().suspended).toBe(0);
    await executor.shutdown();
  });

  test('a signal ends the wait for the next attempt, too', async () => {
    const clock = new ManualClock();
    await using executor = retrying(new InlineExecutor(), { clock });
    const aborter = new AbortController();
    const future = executor.with({ signal: aborter.signal }).submit(failing(9).fn);
    await until('the first failure', () => clock.timers === 1);
    aborter.abort('over');
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'over' });
  });

  test('what is aborted while it runs is not run again', async () => {
    await using executor = retrying(new InlineExecutor(), { delayMs: 0, retryIf: () => true });
    let calls = 0;
    const future = executor.submit(async () => {
      calls += 1;
      const signal = currentTask()?.signal;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      signal?.throwIfAborted();
    });
    expect(await future.abort('enough')).toBe(true);
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED' });
    expect(calls).toBe(1);
  });

  test('timeoutMs counts for each attempt', async () => {
    await using executor = retrying(new CoroutineExecutor(), { delayMs: 0, attempts: 3 });
    let calls = 0;
    const value = await executor.with({ timeoutMs: 20 }).submit(async () => {
      calls += 1;
      if (calls === 3) return 'in time';
      const signal = currentTask()?.signal;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return signal?.throwIfAborted();
    });
    expect([value, calls]).toEqual(['in time', 3]);
  });

  test('shutdown waits for the last attempts; with cancelFutures what waits for another one fails with its error', async () => {
    const executor = retrying(new ThreadPoolExecutor({ maxWorkers: 1 }), { delayMs: 1, jitter: 'none' });
    const future = executor.submit(async () => {
      const { currentTask: current } = await import('@heddle/futures');
      const attempt = current()?.attempt ?? 0;
      if (attempt < 3) throw new Error('not yet');
      return attempt;
    });
    await executor.shutdown();
    expect(await future).toBe(3);
    const clock = new ManualClock();
    const other = retrying(new InlineExecutor(), { clock });
    const late = other.submit(failing(9).fn);
    await until('the first failure', () => clock.timers === 1);
    await other.shutdown({ cancelFutures: true });
    expect(await failureOf(late)).toMatchObject({ message: 'failure 1' });
    expect(clock.timers).toBe(0);
  });

  test('map: only what is left of a chunk runs again, each item as often as attempts says', async () => {
    const calls: number[] = [];
    const perItem = new Map<number, number>();
    const picky = (n: number): number => {
      calls.push(n);
      const times = (perItem.get(n) ?? 0) + 1;
      perItem.set(n, times);
      if (n % 3 === 2 && times < 3) throw new Error(`item ${String(n)}`);
      return n * 10;
    };
    await using executor = retrying(new InlineExecutor(), { attempts: 3, delayMs: 0 });
    expect(await executor.map(picky, range(7), { chunkSize: 7 }).toArray()).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(calls).toEqual([0, 1, 2, 2, 2, 3, 4, 5, 5, 5, 6]);
    const hopeless = executor.map(
      (n: number) => {
        if (n === 1) throw new RangeError('never');
        return n;
      },
      range(3),
      { chunkSize: 3 },
    );
    expect((await hopeless.next()).value).toBe(0);
    expect(await failureOf(hopeless.next())).toMatchObject({ message: 'never' });
  });

  test('a stream runs again unless it has given values', async () => {
    await using executor = retrying(new InlineExecutor(), { delayMs: 0 });
    let runs = 0;
    const early = executor.stream(function* () {
      runs += 1;
      if (runs < 3) throw new Error('early');
      yield runs;
    });
    expect(await early.toArray()).toEqual([3]);
    let others = 0;
    const late = executor.stream(function* () {
      others += 1;
      yield others;
      throw new Error('late');
    });
    expect((await late.next()).value).toBe(1);
    expect(await failureOf(late.next())).toMatchObject({ message: 'late' });
    expect(others).toBe(1);
  });

  test('a recursion through it does not deadlock: each attempt gives the slot away', async () => {
    await using executor = retrying(flaky(new CoroutineExecutor({ maxConcurrency: 1 }), 2), {
      attempts: 6,
      delayMs: 0,
      retryIf: (error) => error instanceof FlakyError,
    });
    const down = async (depth: number): Promise<number> => (depth === 0 ? 0 : 1 + (await executor.submit(down, depth - 1)));
    expect(await executor.submit(down, 6)).toBe(6);
    const failingChild = async (): Promise<string> => {
      let left = 2;
      return await executor.submit(async () => {
        await turn();
        if (left-- > 0) throw new FlakyError('inside');
        return 'child';
      });
    };
    expect(await executor.submit(failingChild)).toBe('child');
  });

  test.each([
    [{ attempts: 0 }, RangeError, /attempts/],
    [{ attempts: NaN }, RangeError, /attempts/],
    [{ attempts: '3' }, TypeError, /attempts/],
    [{ delayMs: -1 }, RangeError, /delayMs/],
    [{ delayMs: NaN }, RangeError, /delayMs/],
    [{ factor: 0.5 }, RangeError, /factor/],
    [{ factor: NaN }, RangeError, /factor/],
    [{ maxDelayMs: '1' }, TypeError, /maxDelayMs/],
    [{ jitter: 'some' }, TypeError, /jitter/],
    [{ retryIf: true }, TypeError, /retryIf/],
    [{ random: 4 }, TypeError, /random/],
    [{ clock: {} }, TypeError, /clock/],
    [{ retries: 3 }, TypeError, /unknown option "retries"/],
    ['often', TypeError, /options/],
  ])('refuses the policy %p', (policy, type, message) => {
    const make = (): Executor => retrying(new InlineExecutor(), policy as never);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
