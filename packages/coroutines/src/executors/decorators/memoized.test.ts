/** @workers */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor } from '@heddle/futures';
import { failureOf, until, warningsOf, ManualClock } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';
import { CoroutineExecutor } from '../coroutine-executor.js';
import { memoized } from './memoized.js';

/** A function that notes with what it was called. */
function counted<A extends unknown[], R>(fn: (...args: A) => R): { fn: (...args: A) => Promise<R>; calls: A[] } {
  const calls: A[] = [];
  return {
    calls,
    fn: async (...args) => {
      calls.push(args);
      await turn();
      return fn(...args);
    },
  };
}

describe('memoized', () => {
  test('equal calls run once: while the first runs they share it, later they have its value', async () => {
    await using executor = memoized(new CoroutineExecutor());
    const { fn, calls } = counted((n: number) => ({ n }));
    const [a, b, c] = await Promise.all([executor.submit(fn, 1), executor.submit(fn, 1), executor.submit(fn, 2)]);
    const d = await executor.submit(fn, 1);
    expect([a === b, a === d, c]).toEqual([true, true, { n: 2 }]);
    expect(calls).toEqual([[1], [2]]);
    expect(executor.statistics().finished).toBe(2);
  });

  test('ttlMs: a value is used for so long from when it was there; calls share a run however long it lasts', async () => {
    const clock = new ManualClock();
    await using executor = memoized(new CoroutineExecutor(), { ttlMs: 100, clock });
    const { fn, calls } = counted((n: number) => ({ n }));
    const first = executor.submit(fn, 1);
    await clock.advance(1000); // it runs still: real turns pass
    const shared = executor.submit(fn, 1);
    expect(await first).toBe(await shared);
    await clock.advance(99);
    expect(await executor.submit(fn, 1)).toBe(await first);
    await clock.advance(1);
    expect(await executor.submit(fn, 1)).not.toBe(await first);
    expect(calls).toEqual([[1], [1]]);
    expect(() => memoized(new CoroutineExecutor(), { ttlMs: -1 })).toThrow(/ttlMs/);
  });

  test('by default arguments are equal as Object.is has it: primitives by value, objects by identity', async () => {
    await using executor = memoized(new InlineExecutor());
    const { fn, calls } = counted((...args: unknown[]) => args.length);
    const [object, other, symbol] = [{}, {}, Symbol('s')];
    const different: unknown[][] = [
      [],
      [undefined],
      [null],
      [0],
      [-0],
      [NaN],
      ['0'],
      [0n],
      ['NaN'],
      [true],
      ['true'],
      ['a', 'b'],
      ['a,s1:b'],
      ['ab'],
      ['', ''],
      [''],
      [object],
      [other],
      [symbol],
      [Symbol('s')],
      [Symbol.for('s')],
      ['s1:s'],
      [[1]],
      [[1]],
      [fn],
    ];
    for (const args of different) await executor.submit(fn, ...args);
    expect(calls).toHaveLength(different.length);
    for (const args of different) await executor.submit(fn, ...args);
    expect(calls).toHaveLength(different.length);
    const { fn: another, calls: its } = counted((...args: unknown[]) => args.length);
    await executor.submit(another, object);
    expect(its).toHaveLength(1);
  });

  test('key tells calls of a function apart; undefined: each is run', async () => {
    await using executor = memoized(new InlineExecutor(), { key: (user: { id: number }) => (user.id === 0 ? undefined : user.id) });
    const { fn, calls } = counted((user: { id: number; at: number }) => user.at);
    const values = [
      await executor.submit(fn, { id: 1, at: 1 }),
      await executor.submit(fn, { id: 1, at: 2 }),
      await executor.submit(fn, { id: 0, at: 3 }),
      await executor.submit(fn, { id: 0, at: 4 }),
    ];
    expect(values).toEqual([1, 1, 3, 4]);
    expect(calls).toHaveLength(3);
  });

  test('a key that throws fails the call, and nothing runs', async () => {
    await using executor = memoized(new InlineExecutor(), {
      key: () => {
        throw new RangeError('no key');
      },
    });
    const { fn, calls } = counted((n: number) => n);
    expect(await failureOf(executor.submit(fn, 1))).toMatchObject({ message: 'no key' });
    expect(await failureOf(executor.map(fn, [1, 2], { chunkSize: 2 }).toArray())).toMatchObject({ message: 'no key' });
    expect(calls).toEqual([]);
  });

  test('an error reaches all who share it, and is not kept', async () => {
    await using executor = memoized(new CoroutineExecutor());
    const { fn, calls } = counted((n: number) => {
      if (calls.length === 1) throw new Error('the first time');
      return n;
    });
    const errors = await Promise.all([failureOf(executor.submit(fn, 1)), failureOf(executor.submit(fn, 1))]);
    expect(errors.map(({ message }) => message)).toEqual(['the first time', 'the first time']);
    expect(await executor.submit(fn, 1)).toBe(1);
    expect(calls).toHaveLength(2);
  });

  test('maxSize: what was not asked for the longest goes first', async () => {
    await using executor = memoized(new InlineExecutor(), { maxSize: 2 });
    const { fn, calls } = counted((name: string) => name);
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await executor.submit(fn, name);
    expect(calls.flat()).toEqual(['a', 'b', 'c', 'b']);
  });

  test('results that have gone are let go of', async () => {
    const executor = memoized(new InlineExecutor(), { maxSize: 3 });
    const refs: WeakRef<object>[] = [];
    for (let i = 0; i < 10; i++) refs.push(new WeakRef(await executor.submit((n: number) => ({ n }), i)));
    await until('those that went to be collected', () => {
      globalThis.gc?.();
      return refs.slice(0, 6).every((ref) => ref.deref() === undefined);
    });
    await executor.shutdown();
  });

  test('cancel and abort: of one call, when others share the run; of the run, when none does', async () => {
    const inner = new CoroutineExecutor({ maxConcurrency: 1 });
    const executor = memoized(inner);
    let open: () => void = () => undefined;
    const blocker = inner.submit(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    await until('the blocker to run', () => blocker.running());
    const { fn, calls } = counted((n: number) => n);
    const [one, two, alone] = [executor.submit(fn, 1), executor.submit(fn, 1), executor.submit(fn, 2)];
    expect([one.cancel('mine'), one.state, two.state]).toEqual([true, 'cancelled', 'pending']);
    expect([alone.cancel(), inner.statistics().cancelled]).toEqual([true, 1]);
    const again = executor.submit(fn, 2);
    open();
    expect([await two, await again]).toEqual([1, 2]);
    expect(calls).toEqual([[1], [2]]);
    const never = (): Promise<void> => new Promise(() => undefined);
    const [three, four] = [executor.submit(never), executor.submit(never)];
    await until('both to run', () => three.running() && four.running());
    expect(await three.abort('mine')).toBe(true);
    expect(four.state).toBe('running');
    await warningsOf('HEDDLE_CANCELLATION_IGNORED', 1, async () => {
      expect(await four.abort('all', { graceMs: 0 })).toBe(true);
    });
    expect(await failureOf(three)).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'mine' });
    expect(await failureOf(four)).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'all' });
    expect(inner.statistics()).toMatchObject({ running: 0, failed: 1 });
    await executor.shutdown();
  });

  test('a signal ends one call, and not the others', async () => {
    await using executor = memoized(new CoroutineExecutor());
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { fn, calls } = counted((n: number) => opened.then(() => n));
    const aborter = new AbortController();
    const mine = executor.with({ signal: aborter.signal }).submit(fn, 1);
    const other = executor.submit(fn, 1);
    await until('the run', () => mine.running());
    aborter.abort('enough');
    expect(await failureOf(mine)).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'enough' });
    open();
    expect(await other).toBe(1);
    expect(calls).toHaveLength(1);
  });

  test('the items of a map are calls, too: over executors here, and over threads as far as they are primitives', async () => {
    await using executor = memoized(new CoroutineExecutor());
    const { fn, calls } = counted((n: number) => n * 2);
    await executor.submit(fn, 2);
    expect(await executor.map(fn, [1, 2, 1, 3], { chunkSize: 4 }).toArray()).toEqual([2, 4, 2, 6]);
    expect(await executor.map(fn, new Set([3, 4])).toArray()).toEqual([6, 8]);
    expect(await executor.starmap(fn, [[4], [5]], { chunkSize: 2 }).toArray()).toEqual([8, 10]);
    expect(calls.flat()).toEqual([2, 1, 3, 4, 5]);
    await using threads = new ThreadPoolExecutor({ maxWorkers: 1 });
    const overThreads = memoized(threads);
    const upper = (text: string): string => text.toUpperCase();
    expect(await overThreads.map(upper, ['a', 'b', 'a'], { chunkSize: 3 }).toArray()).toEqual(['A', 'B', 'A']);
    expect(await overThreads.submit(upper, 'b')).toBe('B');
    expect(threads.statistics().finished).toBe(2);
    expect(await overThreads.map((each: { n: number }) => each.n, [{ n: 1 }, { n: 1 }], { chunkSize: 2 }).toArray()).toEqual([1, 1]);
  });

  test('a map that fails gives the items before, and keeps no error', async () => {
    await using executor = memoized(new InlineExecutor());
    let fails = true;
    const picky = (n: number): number => {
      if (n === 2 && fails) throw new Error('two');
      return n;
    };
    const results = executor.map(picky, [1, 2, 3], { chunkSize: 3 });
    expect((await results.next()).value).toBe(1);
    expect(await failureOf(results.next())).toMatchObject({ message: 'two' });
    fails = false;
    expect(await executor.map(picky, [1, 2, 3], { chunkSize: 3 }).toArray()).toEqual([1, 2, 3]);
  });

  test('two tasks that await the same run both give their slots away', async () => {
    await using executor = memoized(new CoroutineExecutor({ maxConcurrency: 2 }));
    const child = async (): Promise<number> => {
      await turn();
      return 1;
    };
    const parent = async (n: number): Promise<number> => n + (await executor.submit(child));
    expect(await Promise.all([executor.submit(parent, 1), executor.submit(parent, 2)])).toEqual([2, 3]);
  });

  test.each([
    [{ maxSize: 0 }, RangeError, /maxSize/],
    [{ maxSize: -1 }, RangeError, /maxSize/],
    [{ maxSize: NaN }, RangeError, /maxSize/],
    [{ maxSize: 1.5 }, RangeError, /maxSize/],
    [{ maxSize: '1' }, TypeError, /maxSize/],
    [{ key: 'id' }, TypeError, /key/],
    [{ keys: () => 1 }, TypeError, /"keys".*key/],
  ])('refuses the options %p', (options, type, message) => {
    const make = (): unknown => memoized(new InlineExecutor(), options as never);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
    expect(() => memoized(new InlineExecutor(), { maxSize: Infinity })).not.toThrow();
  });
});
