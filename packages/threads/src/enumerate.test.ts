/**
 * Which threads there are, asked here, in threads, in threads of threads and in workers of pools.
 *
 * @workers
 */
import { threadId } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { Thread, ThreadPoolExecutor, Timer, activeCount, currentThread, enumerate, mainThread } from '@heddle/threads';
import { Latch, block, type LatchWords } from './test-support/latch.js';
import { leavingNoThread } from './test-support/leaving-no-thread.js';

describe('the main thread', () => {
  test('knows itself', () => {
    const main = currentThread();
    expect(main).toBe(mainThread());
    expect(enumerate()).toEqual([main]);
    expect([main.name, main.ident, main.ident === threadId, main.daemon, main.isAlive(), activeCount()]).toEqual([
      'MainThread',
      0,
      true,
      false,
      true,
      1,
    ]);
  });
});

describe('threads', () => {
  test(
    'are there from start() to the end, in order, as the objects that were started',
    leavingNoThread(async () => {
      const latch = new Latch();
      const threads = ['a', 'b', 'b'].map(
        (name, i) => new Thread({ target: block<number>, args: [latch.words, i], name, daemon: i === 1 }),
      );
      expect(activeCount()).toBe(1);
      for (const thread of threads) thread.start();
      expect(enumerate()).toEqual([mainThread(), ...threads]);
      for (const [i, thread] of threads.entries()) expect(enumerate()[i + 1]).toBe(thread);
      const timer = new Timer(Infinity, () => 1, [], { name: 'timer' });
      timer.start();
      expect([activeCount(), enumerate().at(-1) === timer]).toEqual([5, true]);
      timer.cancel();
      latch.open();
      await Promise.all([timer, ...threads].map(async (thread) => thread.join()));
      expect(enumerate()).toEqual([mainThread()]);
    }),
  );

  test(
    'see all others, themselves and the main one; and so do those that they start',
    leavingNoThread(async () => {
      const latch = new Latch();
      const other = new Thread({ target: block<number>, args: [latch.words, 1], name: 'Kettfäden 織物', daemon: true });
      other.start();
      const outer = new Thread({
        target: async () => {
          const threading = await import('@heddle/threads');
          const look = async (): Promise<unknown> => {
            const { enumerate: all, currentThread: current, mainThread: main, activeCount: count } = await import('@heddle/threads');
            const { threadId: id } = await import('node:worker_threads');
            const me = current();
            return {
              all: all().map(({ name, daemon }) => [name, daemon]),
              me: [
                me.name,
                me.ident === id,
                me.daemon,
                me.isAlive(),
                all().includes(me),
                current() === me,
                all().find(({ name }) => name === me.name) === me,
              ],
              main: [main().name, main().ident, main().isAlive(), all()[0] === main()],
              count: count(),
            };
          };
          const inner = new threading.Thread({ target: look, name: 'inner', daemon: true });
          inner.start();
          const isKnown = threading.enumerate().includes(inner);
          return [await look(), await inner.result(), isKnown];
        },
        name: 'outer',
      });
      outer.start();
      const [ofOuter, ofInner, isKnown] = await outer.result();
      const main = ['MainThread', 0, true, true];
      const both = [
        ['MainThread', false],
        ['Kettfäden 織物', true],
        ['outer', false],
        ['inner', true],
      ];
      expect(ofInner).toEqual({ all: both, me: ['inner', true, true, true, true, true, true], main, count: 4 });
      expect([both, both.slice(0, 3)]).toContainEqual((ofOuter as { all: unknown }).all); // inner may have ended
      expect(ofOuter).toMatchObject({ me: ['outer', true, false, true, true, true, true], main });
      expect(isKnown).toBe(true);
      latch.open();
      await other.join();
    }),
  );

  test(
    'that threads have started are seen here, and can be waited for',
    leavingNoThread(async () => {
      const latch = new Latch();
      const outer = new Thread({
        target: async (words: LatchWords) => {
          const { Thread: Inner } = await import('@heddle/threads');
          new Inner({
            target: (each: LatchWords) => {
              Atomics.add(each, 1, 1);
              Atomics.wait(each, 0, 0);
            },
            args: [words],
            name: 'inner',
          }).start();
        },
        args: [latch.words],
      });
      outer.start();
      await latch.arrived(1);
      await outer.join();
      const [main, inner] = enumerate();
      expect([main, inner?.name, inner?.daemon, inner?.isAlive(), activeCount()]).toEqual([mainThread(), 'inner', false, true, 2]);
      expect(enumerate()[1]).toBe(inner);
      expect([await inner?.join(10), inner?.joinSync(10)]).toEqual([false, false]);
      const joined = inner?.join();
      latch.open();
      expect([await joined, inner?.joinSync(), inner?.isAlive()]).toEqual([true, true, false]);
      expect(inner?.ident).toBeGreaterThan(0);
    }),
  );

  test(
    'are many',
    leavingNoThread(async () => {
      const latch = new Latch();
      const threads = Array.from({ length: 20 }, (_, i) => new Thread({ target: block<number>, args: [latch.words, i] }));
      for (const thread of threads) thread.start();
      await latch.arrived(20);
      expect([activeCount(), new Set(enumerate().map(({ ident }) => ident)).size]).toEqual([21, 21]);
      latch.open();
      expect(await Promise.all(threads.map(async (thread) => thread.result()))).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }),
  );

  test(
    'with a name too long to be shared: cut, for others',
    leavingNoThread(async () => {
      const latch = new Latch();
      const name = 'ä'.repeat(300);
      const long = new Thread({ target: block<number>, args: [latch.words, 1], name });
      long.start();
      const look = new Thread({ target: async () => (await import('@heddle/threads')).enumerate().map((each) => each.name), name: 'look' });
      look.start();
      expect(await look.result()).toEqual(['MainThread', 'ä'.repeat(240), 'look']);
      expect(enumerate()[1]?.name).toBe(name);
      latch.open();
      await long.join();
    }),
  );
});

describe('workers of a pool', () => {
  test('are threads, called as in Python', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const about = await pool.submit(async () => {
      const { currentThread: current, Thread: Inner } = await import('@heddle/threads');
      const { name, daemon, ident } = current();
      return { name, daemon, ident, inherited: new Inner({ target: () => 1 }).daemon };
    });
    expect(about.name).toMatch(/^ThreadPoolExecutor-\d+_0$/);
    expect(about).toMatchObject({ daemon: false, inherited: false });
    const worker = enumerate()[1];
    expect([worker?.name, worker?.ident, worker?.isAlive(), activeCount()]).toEqual([about.name, about.ident, true, 2]);
    await pool.shutdown();
    expect([worker?.isAlive(), await worker?.join(), activeCount()]).toEqual([false, true, 1]);
  });

  test(
    'are found from threads, and find threads; the initializer too',
    leavingNoThread(async () => {
      const latch = new Latch();
      const thread = new Thread({ target: block<number>, args: [latch.words, 1], name: 'weft' });
      thread.start();
      const look = async (): Promise<string[]> => (await import('@heddle/threads')).enumerate().map(({ name }) => name);
      const note = async (): Promise<void> => {
        (globalThis as { noted?: string }).noted = (await import('@heddle/threads')).currentThread().name;
      };
      await using pool = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'Mill', initializer: note });
      expect(await pool.submit(look)).toEqual(['MainThread', 'weft', 'Mill_0']);
      expect(await pool.submit(() => (globalThis as { noted?: string }).noted)).toBe('Mill_0');
      latch.open();
      await thread.join();
      await pool.shutdown();
    }),
  );
});
