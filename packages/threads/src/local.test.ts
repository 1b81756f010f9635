/** @workers */
import { describe, expect, test } from '@jest/globals';
import { Thread, ThreadPoolExecutor, local } from '@heddle/threads';
import { leavingNoThread } from './test-support/leaving-no-thread.js';

describe('local', () => {
  test(
    'each thread has its own fields, captured or as an argument',
    leavingNoThread(async () => {
      const mine = local<{ n?: number; text?: string }>();
      mine.n = 1;
      const use = (given: typeof mine, n: number): unknown => {
        const before = { ...given };
        given.n = n;
        mine.text = String(n);
        return [before, { ...mine }, given === mine];
      };
      const threads = [2, 3].map((n) => new Thread({ target: use, args: [mine, n] }));
      for (const thread of threads) thread.start();
      expect(await Promise.all(threads.map(async (thread) => thread.result()))).toEqual([
        [{}, { n: 2, text: '2' }, true],
        [{}, { n: 3, text: '3' }, true],
      ]);
      expect(mine).toEqual({ n: 1 });
    }),
  );

  test(
    'begins in each thread with a copy of the values as they were',
    leavingNoThread(async () => {
      const values = { list: [1], map: new Map([['a', new Date(0)]]) };
      const mine = local(values);
      values.list.push(2);
      mine.list.push(3);
      const thread = new Thread({
        target: () => {
          mine.list.push(4);
          return { ...mine };
        },
      });
      thread.start();
      expect(await thread.result()).toEqual({ list: [1, 4], map: new Map([['a', new Date(0)]]) });
      expect([mine.list, values.list]).toEqual([
        [1, 3],
        [1, 2],
      ]);
    }),
  );

  test(
    "is passed on, and comes back as the one's own",
    leavingNoThread(async () => {
      const mine = local({ at: 'start' });
      mine.at = 'main';
      const thread = new Thread({
        target: async () => {
          mine.at = 'outer';
          const { Thread: Inner } = await import('@heddle/threads');
          const inner = new Inner({ target: () => [mine.at, mine] });
          inner.start();
          const [inInner, back] = (await inner.result()) as [string, object];
          return [inInner, back === mine, mine.at, mine];
        },
      });
      thread.start();
      const [inInner, isSame, inOuter, back] = (await thread.result()) as unknown[];
      expect([inInner, isSame, inOuter, back === mine, mine.at]).toEqual(['start', true, 'outer', true, 'main']);
    }),
  );

  test('the tasks of a worker share its; others do not', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [mine, other] = [local({ n: 0 }), local({ n: 10 })];
    const count = (): number[] => [++mine.n, ++other.n];
    expect([await pool.submit(count), await pool.submit(count), mine.n]).toEqual([[1, 11], [2, 12], 0]);
  });

  test('bad values', () => {
    for (const values of [1, 'a', null, [1]]) expect(() => local(values as never)).toThrow(/local: values must be an object/);
    expect(() => local({ map: new WeakMap() })).toThrow(expect.objectContaining({ code: 'HEDDLE_SERIALIZATION', path: 'values.map' }));
  });
});
