/**
 * Queues that processes share.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { Process, ProcessQueue, activeChildren } from '@heddle/processes';
import { failureOf } from '@heddle/testkit/support';
import { leavingNothing } from './test-support/leaving-nothing.js';

const invalidState = { code: 'HEDDLE_INVALID_STATE' };

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => {
      setImmediate(() => {
        resolve(false);
      });
    }),
  ]);
}

describe('within one process', () => {
  test('first in, first out; sizes', async () => {
    const queue = new ProcessQueue<unknown>();
    expect([await queue.qsize(), await queue.empty(), await queue.full(), queue.maxSize]).toEqual([0, true, false, Infinity]);
    for (let n = 0; n < 100; n++) await queue.put({ n });
    expect([await queue.qsize(), await queue.empty(), await queue.full()]).toEqual([100, false, false]);
    for (let n = 0; n < 100; n++) expect(await queue.get()).toEqual({ n });
    await queue.put(undefined);
    expect(await queue.get()).toBeUndefined();
    expect(await queue.empty()).toBe(true);
  });

  test('bounded: put waits while it is full, tryPut says so; what waited comes in order', async () => {
    const queue = new ProcessQueue<number>({ maxSize: 2 });
    expect([await queue.tryPut(1), await queue.tryPut(2), await queue.tryPut(0)]).toEqual([true, true, false]);
    const waiting = [queue.put(3), queue.put(4)];
    expect([await isSettled(waiting[0] as Promise<void>), await queue.full(), await queue.qsize()]).toEqual([false, true, 2]);
    expect(await queue.get()).toBe(1);
    await waiting[0];
    expect(await isSettled(waiting[1] as Promise<void>)).toBe(false);
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual([2, 3, 4]);
    await waiting[1];
    expect(await queue.tryGet()).toBeUndefined();
    await queue.put(5);
    expect(await queue.tryGet()).toEqual({ item: 5 });
  });

  test('timeouts and signals: what was not put is not in it, what was not got is not lost', async () => {
    const queue = new ProcessQueue<number>({ maxSize: 1 });
    expect(await failureOf(queue.get({ timeoutMs: 5 }))).toMatchObject({
      code: 'HEDDLE_TIMEOUT',
      message: 'ProcessQueue.get waited for longer than 5 ms',
    });
    expect(await failureOf(queue.get({ signal: AbortSignal.abort('no') }))).toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'no' });
    await queue.put(1);
    expect(await failureOf(queue.put(2, { timeoutMs: 5 }))).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    const controller = new AbortController();
    const aborted = queue.put(3, { signal: controller.signal });
    controller.abort();
    expect(await failureOf(aborted)).toMatchObject({ code: 'HEDDLE_ABORTED' });
    expect(await queue.get()).toBe(1);
    expect(await queue.empty()).toBe(true);
  });

  test('close(): what waits and what comes is an error here', async () => {
    const queue = new ProcessQueue<number>({ maxSize: 1 });
    const gets = queue.get();
    queue.close();
    queue.close();
    expect(await failureOf(gets)).toMatchObject({ ...invalidState, message: 'the queue was closed' });
    for (const use of [queue.get(), queue.put(1), queue.tryPut(1), queue.tryGet(), queue.qsize(), queue.empty(), queue.full()]) {
      expect(await failureOf(use)).toMatchObject({
        ...invalidState,
        message: expect.stringMatching(/^ProcessQueue\.\w+: the queue was closed$/) as unknown,
      });
    }
    const child = new Process({ target: (_: unknown) => 1, args: [queue] });
    expect(() => {
      child.start();
    }).toThrow(/start Process-\d+: the queue was closed/);
    expect(activeChildren()).toEqual([]);
  });

  test.each<[make: () => unknown, error: RegExp]>([
    [() => new ProcessQueue({ maxSize: 0 }), /ProcessQueue: maxSize must be a whole number of at least 1, got 0/],
    [() => new ProcessQueue({ maxSize: 1.5 }), /ProcessQueue: maxSize must be a whole number/],
    [() => new ProcessQueue({ maxSize: '3' } as never), /ProcessQueue: maxSize must be a whole number, got "3"/],
    [() => new ProcessQueue({ maxsize: 3 } as never), /unknown option "maxsize"; did you mean "maxSize"\?/],
    [() => new ProcessQueue(3 as never), /ProcessQueue: options must be an object, got 3/],
  ])('%s', (make, error) => {
    expect(make).toThrow(error);
  });

  test('bad options and items', async () => {
    const queue = new ProcessQueue();
    expect((await failureOf(queue.get({ timeoutMs: NaN }))).message).toMatch(/ProcessQueue\.get: timeoutMs must be 0 or more/);
    expect((await failureOf(queue.put(1, { timeout: 1 } as never))).message).toMatch(/ProcessQueue\.put: unknown option "timeout"/);
    expect(await failureOf(queue.put({ f: new WeakMap() }))).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'value.f' });
    expect(await queue.qsize()).toBe(0);
  });
});

describe('shared by processes', () => {
  const square = async (tasks: ProcessQueue<number | undefined>, results: ProcessQueue<[number, number]>): Promise<number> => {
    let count = 0;
    for (let n = await tasks.get(); n !== undefined; n = await tasks.get()) {
      await results.put([n, n ** 2]);
      count += 1;
    }
    return count;
  };

  test(
    'two workers share tasks: each is done once',
    leavingNothing(async () => {
      const tasks = new ProcessQueue<number | undefined>({ maxSize: 4 });
      const results = new ProcessQueue<[number, number]>({ maxSize: 4 });
      const workers = [1, 2].map(() => new Process({ target: square, args: [tasks, results] }));
      for (const worker of workers) worker.start();
      const numbers = Array.from({ length: 200 }, (_, n) => n);
      const fed = (async () => {
        for (const n of [...numbers, undefined, undefined]) await tasks.put(n);
      })();
      const squares = new Map<number, number>();
      while (squares.size < numbers.length) {
        const [n, squared] = await results.get();
        expect(squares.has(n)).toBe(false);
        squares.set(n, squared);
      }
      await fed;
      expect(numbers.every((n) => squares.get(n) === n ** 2)).toBe(true);
      const counts = await Promise.all(workers.map(async (worker) => worker.result()));
      expect(counts.reduce((a, b) => a + b)).toBe(200);
      for (const worker of workers) await worker.join();
    }),
  );

  test(
    'a producer that is far ahead stops at maxSize',
    leavingNothing(async () => {
      const queue = new ProcessQueue<number>({ maxSize: 3 });
      const full = new ProcessQueue<string>();
      const child = new Process({
        target: async (own: ProcessQueue<number>, told: ProcessQueue<string>) => {
          const size = own.maxSize;
          for (let n = 0; n < 3; n++) await own.put(n);
          const [isFull, refused] = [await own.full(), await own.tryPut(9)];
          const late = await own.put(9, { timeoutMs: 5 }).catch((error: unknown) => (error as { code: string }).code);
          await told.put('it is full');
          for (let n = 3; n < 20; n++) await own.put(n);
          return [size, isFull, refused, late];
        },
        args: [queue, full],
      });
      child.start();
      await full.get();
      const all = [];
      while (all.length < 20) {
        all.push(await queue.get());
        expect(await queue.qsize()).toBeLessThanOrEqual(3);
      }
      expect(all).toEqual(Array.from({ length: 20 }, (_, n) => n));
      expect(await child.result()).toEqual([3, true, false, 'HEDDLE_TIMEOUT']);
      await child.join();
      expect(await queue.empty()).toBe(true);
    }),
  );

  test(
    'a consumer that is killed while it waits takes nothing along',
    leavingNothing(async () => {
      const queue = new ProcessQueue<number>();
      const started = new ProcessQueue<string>();
      const consumer = new Process({
        target: async (own: ProcessQueue<number>, told: ProcessQueue<string>) => {
          const waits = own.get();
          await told.put('waiting');
          await waits;
        },
        args: [queue, started],
      });
      consumer.start();
      expect(await started.get()).toBe('waiting');
      consumer.kill();
      await consumer.join();
      await queue.put(1);
      expect(await queue.get({ timeoutMs: 60_000 })).toBe(1);
    }),
  );

  test(
    'close() in a process is its own affair',
    leavingNothing(async () => {
      const queue = new ProcessQueue<number>();
      const child = new Process({
        target: async (own: ProcessQueue<number>) => {
          const waits = own.get().catch((error: unknown) => (error as { code: string }).code);
          own.close();
          return [await waits, await own.put(1).catch((error: unknown) => (error as { code: string }).code)];
        },
        args: [queue],
      });
      child.start();
      expect(await child.result()).toEqual(['HEDDLE_INVALID_STATE', 'HEDDLE_INVALID_STATE']);
      await child.join();
      await queue.put(2);
      expect(await queue.get()).toBe(2);
    }),
  );

  test(
    'over two generations',
    leavingNothing(async () => {
      const queue = new ProcessQueue<string>({ maxSize: 1 });
      const child = new Process({
        target: async (own: ProcessQueue<string>) => {
          const { Process: Inner } = await import('@heddle/processes');
          const grandchild = new Inner({
            target: async (its: ProcessQueue<string>) => {
              for (const word of ['a', 'b', 'c']) await its.put(word);
            },
            args: [own],
          });
          grandchild.start();
          await own.put('child');
          return grandchild.name;
        },
        args: [queue],
      });
      child.start();
      const words = [];
      while (words.length < 4) words.push(await queue.get());
      expect(words.filter((word) => word !== 'child')).toEqual(['a', 'b', 'c']);
      expect(await child.result()).toBe(`${child.name}:1`);
      await child.join();
      expect(child.exitCode).toBe(0);
    }),
  );
});
