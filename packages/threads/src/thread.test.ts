/**
 * Thread by its methods, one after the other.
 *
 * @workers
 */
import { threadId } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { callback, tasksOf, transfer } from '@heddle/serialization';
import { failureOf, until } from '@heddle/testkit/support';
import { Thread } from '@heddle/threads';
import { Latch, block } from './test-support/latch.js';
import { leavingNoThread } from './test-support/leaving-no-thread.js';

interface Fixture {
  add(a: number, b: number): number;
  throwHere(message: string): never;
}

const fixture = tasksOf<Fixture>(new URL('../fixtures/tasks.mjs', import.meta.url));

describe('a thread from start to end', () => {
  test(
    'runs its target with its arguments, elsewhere, and gives back what that returned',
    leavingNoThread(async () => {
      const thread = new Thread({
        target: async (a: number, b: { c: string }) => ({
          sum: `${String(a)}${b.c}`,
          ident: (await import('node:worker_threads')).threadId,
        }),
        args: [1, { c: 'x' }],
      });
      expect([thread.ident, thread.isAlive(), thread.daemon]).toEqual([undefined, false, false]);
      thread.start();
      const { ident } = thread;
      expect(ident).toBeGreaterThan(threadId);
      expect(thread.isAlive()).toBe(true);
      expect(await thread.result()).toEqual({ sum: '1x', ident });
      expect(await thread.join()).toBe(true);
      expect([thread.ident, thread.isAlive()]).toEqual([ident, false]);
      expect(await thread.result()).toEqual({ sum: '1x', ident });
      expect([await thread.join(), await thread.join(0)]).toEqual([true, true]);
    }),
  );

  test(
    'runs in parallel with this one',
    leavingNoThread(async () => {
      const latch = new Latch();
      const threads = [1, 2, 3].map((n) => new Thread({ target: block<number>, args: [latch.words, n] }));
      for (const thread of threads) thread.start();
      await latch.arrived(3);
      expect(threads.map((thread) => thread.isAlive())).toEqual([true, true, true]);
      latch.open();
      expect(await Promise.all(threads.map(async (thread) => thread.result()))).toEqual([1, 2, 3]);
    }),
  );

  test('names are numbered, with the name of the target, or given, twice if need be', () => {
    function weave(): void {}
    const [first, second] = [new Thread({ target: weave }), new Thread({ target: weave })];
    const number = Number(/^Thread-(\d+) \(weave\)$/.exec(first.name)?.[1]);
    expect(second.name).toBe(`Thread-${String(number + 1)} (weave)`);
    expect(new Thread({ target: () => 1 }).name).toBe(`Thread-${String(number + 2)}`);
    for (let i = 0; i < 2; i++) expect(new Thread({ target: weave, name: 'worker' }).name).toBe('worker');
    expect(new Thread({ target: weave, name: '' }).name).toBe('');
    expect(new Thread({ target: weave }).name).toBe(`Thread-${String(number + 3)} (weave)`);
  });

  test(
    'an asynchronous target is awaited',
    leavingNoThread(async () => {
      const thread = new Thread({
        target: async () =>
          new Promise((resolve) => {
            setTimeout(resolve, 5, 'soon');
          }),
      });
      thread.start();
      expect(await thread.result()).toBe('soon');
    }),
  );

  test(
    'what its target left to do is done, though it has ended',
    leavingNoThread(async () => {
      const latch = new Latch();
      const thread = new Thread({
        target: ({ words }: { words: typeof latch.words }) => {
          setTimeout(() => {
            Atomics.store(words, 1, 1);
          }, 20);
        },
        args: [{ words: latch.words }],
      });
      thread.start();
      await thread.join();
      expect([latch.arrivals, thread.isAlive()]).toEqual([0, false]);
      await latch.arrived(1);
    }),
  );

  test(
    'what its target left behind still knows who it is',
    leavingNoThread(async () => {
      const words = new Int32Array(new SharedArrayBuffer(4));
      const thread = new Thread({
        target: () => {
          setTimeout(() => {
            void import('@heddle/threads').then(({ currentThread, enumerate }) => {
              const me = currentThread();
              Atomics.store(words, 0, me.name === 'warp' && !me.isAlive() && !enumerate().includes(me) ? 1 : 2);
            });
          }, 1);
        },
        name: 'warp',
      });
      thread.start();
      await thread.join();
      await until('what it found', () => Atomics.load(words, 0) !== 0);
      expect(words[0]).toBe(1);
    }),
  );

  test(
    'a target by reference, one with captures, one of Node',
    leavingNoThread(async () => {
      const factor = 6;
      const byReference = new Thread({ target: fixture.add, args: [1, 2] });
      const closure = new Thread({ target: (n: number) => n * factor, args: [7] });
      expect(byReference.name).toMatch(/^Thread-\d+ \(add\)$/);
      byReference.start();
      closure.start();
      expect(await byReference.result()).toBe(3);
      expect(await closure.result()).toBe(42);
    }),
  );

  test(
    'a thread is no task, and has no executor',
    leavingNoThread(async () => {
      const thread = new Thread({
        target: async () => {
          const { currentExecutor, currentTask } = await import('@heddle/futures');
          return [currentTask(), currentExecutor()];
        },
      });
      thread.start();
      expect(await thread.result()).toEqual([undefined, undefined]);
    }),
  );

  test(
    'join(timeoutMs): false, and it goes on',
    leavingNoThread(async () => {
      const latch = new Latch();
      const thread = new Thread({ target: block<string>, args: [latch.words, 'late'] });
      thread.start();
      expect(await thread.join(20)).toBe(false);
      expect(await thread.join(0)).toBe(false);
      expect(thread.isAlive()).toBe(true);
      expect(await failureOf(thread.result(20))).toMatchObject({
        code: 'HEDDLE_TIMEOUT',
        message: `thread ${thread.name} has not returned within 20 ms; it runs on`,
      });
      latch.open();
      expect(await thread.join(Infinity)).toBe(true);
      expect(await thread.result(0)).toBe('late');
    }),
  );

  test(
    'arguments can be moved; later changes of the others do not show',
    leavingNoThread(async () => {
      const moved = new Uint8Array(1000).fill(7);
      const copied = { n: 1, bytes: new Uint8Array(100_000).fill(1) };
      const thread = new Thread({
        target: (a: Uint8Array, b: typeof copied) => [a[0], a.length, b.n, b.bytes[99_999]],
        args: [transfer(moved), copied],
      });
      thread.start();
      copied.n = 2;
      copied.bytes.fill(2);
      expect(moved.length).toBe(0);
      expect(await thread.result()).toEqual([7, 1000, 1, 1]);
    }),
  );
});

describe('what stays in its starter', () => {
  test(
    'callbacks, signals and iterables are called from the thread',
    leavingNoThread(async () => {
      const seen: number[] = [];
      const aborter = new AbortController();
      const onItem = callback((n: number) => seen.push(n));
      async function* items(): AsyncGenerator<number> {
        yield* [1, 2, 3];
      }
      const thread = new Thread({
        target: async (from: AsyncIterable<number>, signal: AbortSignal) => {
          for await (const each of from) await onItem(each * 10);
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => {
              resolve();
            });
            void onItem(99);
          });
          return String(signal.reason);
        },
        args: [items(), aborter.signal],
      });
      thread.start();
      await until('the last item', () => seen.includes(99));
      aborter.abort('enough');
      expect(await thread.result()).toBe('enough');
      expect(seen).toEqual([10, 20, 30, 99]);
    }),
  );

  test(
    'a callback that throws',
    leavingNoThread(async () => {
      const thread = new Thread({
        target: async (fails: () => Promise<void>) => fails().catch((error: unknown) => (error as Error).message),
        args: [
          callback(() => {
            throw new RangeError('not here');
          }),
        ],
      });
      thread.start();
      expect(await thread.result()).toBe('not here');
    }),
  );
});

describe('threads that know of threads', () => {
  test(
    'one that captures itself, and one that joins another',
    leavingNoThread(async () => {
      const latch = new Latch();
      const first = new Thread({ target: block<number>, args: [latch.words, 1], name: 'first' });
      first.start();
      const second = new Thread<[{ words: typeof latch.words }]>({
        target: async ({ words }): Promise<unknown> => {
          const about = [second.name, second.isAlive(), first.name, first.isAlive(), await first.join(5), first.joinSync(5)];
          Atomics.store(words, 0, 1);
          Atomics.notify(words, 0);
          return [...about, await first.join(), first.isAlive(), first.joinSync()];
        },
        args: [{ words: latch.words }],
        name: 'second',
      });
      second.start();
      expect(await second.result()).toEqual(['second', true, 'first', true, false, false, true, false, true]);
    }),
  );

  test(
    'one that comes back is the one that was started here',
    leavingNoThread(async () => {
      const thread = new Thread<[]>({ target: async (): Promise<unknown> => [thread, (await import('@heddle/threads')).currentThread()] });
      thread.start();
      const [captured, current] = (await thread.result()) as unknown[];
      expect(captured).toBe(thread);
      expect(current).toBe(thread);
    }),
  );
});

describe('an error of the target', () => {
  test(
    'is what result() rejects with, with both stacks; join() is not concerned',
    leavingNoThread(async () => {
      const thread = new Thread({ target: fixture.throwHere, args: ['too wide'] });
      thread.start();
      const result = failureOf(thread.result());
      expect(await thread.join()).toBe(true);
      const error = await result;
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toBe('too wide');
      expect(error.stack).toMatch(/at throwHere \(.*tasks\.mjs:9:\d+\)\n[^]*--- started ---\n[^]*thread\.test\.ts/);
      expect(await failureOf(thread.result())).toBe(error);
    }),
  );

  test(
    'falsy ones too',
    leavingNoThread(async () => {
      const thread = new Thread({
        target: () => {
          throw undefined;
        },
      });
      thread.start();
      expect(await Promise.allSettled([thread.result()])).toEqual([{ status: 'rejected', reason: undefined }]);
    }),
  );
});
