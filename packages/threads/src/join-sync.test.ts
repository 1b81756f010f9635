/**
 * Blocking until a thread has ended; and where that could never be.
 *
 * @workers
 */
import { describe, expect, jest, test } from '@jest/globals';
import { callback } from '@heddle/serialization';
import { until } from '@heddle/testkit/support';
import { Thread, ThreadPoolExecutor, enumerate, setExcepthook } from '@heddle/threads';
import { Latch, block, type LatchWords } from './test-support/latch.js';
import { leavingNoThread } from './test-support/leaving-no-thread.js';

const invalidState = { name: 'InvalidStateError', code: 'HEDDLE_INVALID_STATE' };

/** Blocks without an event loop, until the word is set. */
function blockUntil(words: LatchWords, at: number): void {
  while (Atomics.load(words, at) === 0) Atomics.wait(words, at, 0);
}

describe('joinSync', () => {
  test(
    'waits from the very start to the end, without the event loop of this thread',
    leavingNoThread(async () => {
      let turns = 0;
      const timer = setInterval(() => {
        turns += 1;
      }, 1);
      const thread = new Thread({
        target: async (n: number) =>
          new Promise<number>((resolve) => {
            setTimeout(resolve, 30, n * 2);
          }),
        args: [21],
      });
      thread.start();
      expect(thread.joinSync()).toBe(true);
      expect([turns, thread.isAlive()]).toEqual([0, false]);
      clearInterval(timer);
      expect([thread.joinSync(), thread.joinSync(0), await thread.join(), await thread.result()]).toEqual([true, true, true, 42]);
    }),
  );

  test(
    'of one that prints, that returns much, that fails',
    leavingNoThread(async () => {
      const writes = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockReturnValue(true));
      const printedTexts = (): string[] => writes.map(({ mock }) => mock.calls.map(([chunk]) => String(chunk)).join(''));
      const threads = [
        new Thread({
          target: () => {
            process.stdout.write('result\n');
            process.stderr.write('problem\n');
            return 'printed';
          },
        }),
        new Thread({ target: () => new Uint8Array(1_000_000).fill(3) }),
        new Thread<[], unknown>({
          target: () => {
            throw new RangeError('x');
          },
        }),
      ];
      setExcepthook(() => undefined);
      for (const thread of threads) thread.start();
      expect(threads.map((thread) => thread.joinSync())).toEqual([true, true, true]);
      const [printed, bytes, failed] = await Promise.allSettled(threads.map(async (thread) => thread.result()));
      expect([printed, failed]).toEqual([
        { status: 'fulfilled', value: 'printed' },
        { status: 'rejected', reason: new RangeError('x') },
      ]);
      expect((bytes as { value: Uint8Array }).value.length).toBe(1_000_000);
      setExcepthook(undefined);
      await until('the output', () => printedTexts().every((text) => text !== ''));
      expect(printedTexts()).toEqual(['result\n', 'problem\n']);
    }),
  );

  test(
    'goes on after timeoutMs',
    leavingNoThread(async () => {
      const latch = new Latch();
      const thread = new Thread({ target: block<number>, args: [latch.words, 1], daemon: true });
      thread.start();
      const startedAt = performance.now();
      expect(thread.joinSync(30)).toBe(false);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
      expect([thread.joinSync(0), thread.isAlive()]).toEqual([false, true]);
      latch.open();
      expect(thread.joinSync(30_000)).toBe(true);
    }),
  );

  test(
    'of one that dies without a word',
    leavingNoThread(async () => {
      const hoard = (): void => {
        const list: unknown[] = [];
        for (;;) list.push(Array.from({ length: 1000 }, Math.random));
      };
      const hoarder = new Thread({ target: hoard, resourceLimits: { maxOldGenerationSizeMb: 16 } });
      const exits = new Thread({ target: () => process.exit(3) });
      const results = [hoarder, exits].map(async (thread) => {
        thread.start();
        return Promise.allSettled([thread.result()]);
      });
      expect([hoarder.joinSync(), exits.joinSync()]).toEqual([true, true]);
      expect(await Promise.all(results)).toMatchObject([[{ reason: { code: 'HEDDLE_WORKER_DIED' } }], [{ reason: { exitCode: 3 } }]]);
    }),
  );

  test(
    'of one whose starter dies without a word: both are gone',
    leavingNoThread(async () => {
      const latch = new Latch();
      const outer = new Thread({
        target: async (words: LatchWords) => {
          const { Thread: Inner } = await import('@heddle/threads');
          const inner = new Inner({
            target: async () =>
              new Promise(() => {
                setTimeout(() => undefined, 2 ** 30);
              }),
            name: 'inner',
          });
          inner.start();
          Atomics.add(words, 1, 1);
          blockUntil(words, 0);
          const list: unknown[] = [];
          for (;;) list.push(Array.from({ length: 1000 }, Math.random));
        },
        args: [latch.words],
        resourceLimits: { maxOldGenerationSizeMb: 16 },
      });
      outer.start();
      const result = Promise.allSettled([outer.result()]);
      await latch.arrived(1);
      const inner = enumerate().find(({ name }) => name === 'inner');
      latch.open();
      expect([inner?.isAlive(), inner?.joinSync(), inner?.isAlive(), outer.isAlive()]).toEqual([true, true, false, false]);
      expect(await result).toMatchObject([{ reason: { code: 'HEDDLE_WORKER_DIED' } }]);
      expect(await inner?.join()).toBe(true);
    }),
  );
});

describe('joinSync where it could never end', () => {
  test(
    'the thread was given what it calls here',
    leavingNoThread(async () => {
      const latch = new Latch();
      const cases = [
        callback(() => 'here'),
        new AbortController().signal,
        (async function* items() {
          yield 1;
        })(),
      ];
      for (const each of cases) {
        const thread = new Thread({
          target: (words: LatchWords, _given: unknown) => {
            Atomics.wait(words, 0, 0);
          },
          args: [latch.words, each],
          name: 'asks',
        });
        latch.words[0] = 0;
        thread.start();
        expect(thread.joinSync(5)).toBe(false);
        for (const timeoutMs of [undefined, Infinity]) {
          expect(() => thread.joinSync(timeoutMs)).toThrow(
            expect.objectContaining({
              ...invalidState,
              message:
                "joinSync: thread asks was given what it calls in this one (a callback, a signal, an iterable), which can't answer while it blocks; await join(), or give a timeoutMs",
            }),
          );
        }
        latch.open();
        await thread.join();
        expect(thread.joinSync()).toBe(true);
      }
    }),
  );

  /** Blocks until the thread of that name has ended, once all are there. */
  const joins = async (words: LatchWords, other: string): Promise<unknown> => {
    const { enumerate: all } = await import('@heddle/threads');
    all(); // loads the code
    Atomics.add(words, 1, 1);
    blockUntil(words, 0);
    return all()
      .find(({ name }) => name === other)
      ?.joinSync();
  };

  test.each([[['warp', 'weft']], [['a', 'b', 'c']]])('threads that wait for each other: %p; one at least is told', (names) =>
    leavingNoThread(async () => {
      const latch = new Latch();
      const threads = names.map((name, i) => new Thread({ target: joins, args: [latch.words, names[(i + 1) % names.length] ?? ''], name }));
      for (const thread of threads) thread.start();
      const outcomes = Promise.allSettled(threads.map(async (thread) => thread.result()));
      await latch.arrived(names.length);
      latch.open();
      const failures = (await outcomes).filter((outcome) => outcome.status === 'rejected');
      expect(failures.length).toBeGreaterThan(0);
      for (const { reason } of failures) {
        expect(reason).toMatchObject(invalidState);
        expect((reason as Error).message).toMatch(/^joinSync: it would never end: \w+( waits for \w+)* waits for this thread$/);
      }
    })(),
  );

  test(
    'with a timeout the circle ends by itself',
    leavingNoThread(async () => {
      const latch = new Latch();
      const target = async (words: LatchWords, other: string): Promise<unknown> => {
        const { enumerate: all } = await import('@heddle/threads');
        all(); // loads the code: the other thread has to find this one while it waits
        Atomics.add(words, 1, 1);
        blockUntil(words, 0);
        return all()
          .find(({ name }) => name === other)
          ?.joinSync(200);
      };
      const threads = [
        new Thread({ target, args: [latch.words, 'weft'], name: 'warp' }),
        new Thread({ target: joins, args: [latch.words, 'warp'], name: 'weft' }),
      ];
      for (const thread of threads) thread.start();
      await latch.arrived(2);
      latch.open();
      expect(await Promise.all(threads.map(async (thread) => thread.result()))).toEqual([expect.any(Boolean), true]);
    }),
  );

  test('a worker of a pool of this thread, which would have to let it go', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'Mill' });
    await pool.submit(() => 1);
    const worker = enumerate().find(({ name }) => name === 'Mill_0');
    expect(worker?.joinSync(10)).toBe(false);
    expect(() => worker?.joinSync()).toThrow(
      expect.objectContaining({
        ...invalidState,
        message:
          'joinSync: Mill_0 is a worker of a pool of this thread, which has to go on to let it end; await join(), or give a timeoutMs',
      }),
    );
    expect(await worker?.join(10)).toBe(false);
    const joined = worker?.join();
    await pool.shutdown();
    expect([await joined, worker?.joinSync(), worker?.isAlive()]).toEqual([true, true, false]);
  });
});
