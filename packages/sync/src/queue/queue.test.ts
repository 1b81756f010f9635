/**
 * The queues, as CPython's test_queue asks of them.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';
import { counters, threadsOfFile, untilWaiting, waiting } from '../test-support/crews.js';

const threads = threadsOfFile();
const members = [0, 1, 2, 3];
const isShutDown = { code: 'HEDDLE_SHUTDOWN' };
const isTooLate = { code: 'HEDDLE_TIMEOUT' };

const kinds = [
  ['Queue', Queue, [111, 333, 222]],
  ['LifoQueue', LifoQueue, [222, 333, 111]],
  ['PriorityQueue', PriorityQueue, [111, 222, 333]],
] as const;

describe.each(kinds)('%s', (name, Kind, order) => {
  test('gives its items in its order', async () => {
    const queue = new Kind<number>();
    for (const item of [111, 333, 222]) await queue.put(item);
    expect([await queue.get(), queue.getSync(), queue.tryGet()?.item]).toEqual(order);
    expect(queue.tryGet()).toBeUndefined();
    for (const item of [111, 333, 222]) queue.tryPut(item);
    expect([queue.getSync(), await queue.get()]).toEqual(order.slice(0, 2));
  });

  test('holds as many as it may', async () => {
    const queue = new Kind<number>({ maxSize: 2 });
    expect([queue.maxSize, queue.qsize(), queue.empty(), queue.full()]).toEqual([2, 0, true, false]);
    queue.putSync(1);
    expect([queue.qsize(), queue.empty(), queue.full()]).toEqual([1, false, false]);
    await queue.put(2);
    expect([queue.qsize(), queue.empty(), queue.full()]).toEqual([2, false, true]);
    expect(queue.tryPut(3)).toBe(false);
    for (const timeoutMs of [0, 2]) {
      expect(await failureOf(queue.put(3, { timeoutMs }))).toMatchObject({
        ...isTooLate,
        message: `${name}.put waited for longer than ${timeoutMs} ms`,
      });
      expect(() => {
        queue.putSync(3, timeoutMs);
      }).toThrow(`${name}.putSync waited for longer than ${timeoutMs} ms`);
    }
    expect([queue.qsize(), waiting(queue)]).toEqual([2, 0]);
    queue.getSync();
    queue.getSync();
    for (const timeoutMs of [0, 2]) {
      expect(await failureOf(queue.get({ timeoutMs }))).toMatchObject({
        ...isTooLate,
        message: `${name}.get waited for longer than ${timeoutMs} ms`,
      });
      expect(() => queue.getSync(timeoutMs)).toThrow(`${name}.getSync waited for longer than ${timeoutMs} ms`);
    }
    expect(queue.tryPut(4)).toBe(true);
  });

  test('has no limit unless told', () => {
    const queue = new Kind<number>();
    expect([queue.maxSize, queue.full()]).toEqual([Infinity, false]);
    for (let i = 0; i < 10_000; i++) queue.tryPut(i);
    expect(inspect(queue)).toBe(`${name} { size: 10000, unfinished: 10000, shutDown: false, waiting: 0 }`);
  });

  test('who waits for room goes on when there is some, who waits for an item when one comes', async () => {
    const queue = new Kind<number>({ maxSize: 1 });
    const first = queue.get();
    await queue.put(1);
    expect(await first).toBe(1);
    await queue.put(2);
    const third = queue.put(3);
    const fourth = threads[0]!.run(() => {
      queue.putSync(4);
    });
    await untilWaiting(queue, 2);
    expect(await queue.get()).toBe(2);
    await third;
    expect(await queue.get()).toBe(3);
    await fourth;
    expect(await threads[1]!.run(() => queue.getSync())).toBe(4);
    expect([queue.qsize(), waiting(queue)]).toEqual([0, 0]);
  });

  test('an item that was promised is not taken by who comes later', async () => {
    const queue = new Kind<number>();
    const [first, second] = [queue.get(), queue.get()];
    await queue.put(1);
    expect(queue.tryGet()).toBeUndefined();
    await queue.put(2);
    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  test('task by task is done, and who joins goes on', async () => {
    const queue = new Kind<number>();
    await queue.join();
    queue.joinSync();
    expect(() => {
      queue.taskDone();
    }).toThrow(RangeError);
    queue.tryPut(1);
    queue.tryPut(2);
    const joined = [
      queue.join(),
      threads[0]!.run(() => {
        queue.joinSync();
      }),
      threads[1]!.run(() => queue.join()),
    ];
    await untilWaiting(queue, 3);
    expect(await failureOf(queue.join({ timeoutMs: 2 }))).toMatchObject(isTooLate);
    expect(() => {
      queue.joinSync(2);
    }).toThrow(`${name}.joinSync waited for longer than 2 ms`);
    queue.getSync();
    queue.taskDone();
    expect(waiting(queue)).toBe(3);
    queue.getSync();
    await threads[2]!.run(() => {
      queue.taskDone();
    });
    await Promise.all(joined);
    expect(() => {
      queue.taskDone();
    }).toThrow(`${name}.taskDone was called more often than there were items`);
  });

  test('workers in threads do all that is put, once', async () => {
    const queue = new Kind<number>({ maxSize: 10 });
    const sum = counters(2);
    const workers = members.map((i) =>
      threads[i]!.run(async () => {
        for (;;) {
          const item = i % 2 === 0 ? await queue.get() : queue.getSync();
          if (item < 0) return;
          Atomics.add(sum, 0, item);
          Atomics.add(sum, 1, 1);
          queue.taskDone();
        }
      }),
    );
    for (let round = 1; round <= 2; round++) {
      for (let i = 0; i < 100; i++) await queue.put(i);
      await queue.join();
      expect([...sum]).toEqual([4950 * round, 100 * round]);
    }
    for (let i = 0; i < 4; i++) await queue.put(-1);
    await Promise.all(workers);
  });

  test('comes back as what it was', async () => {
    const queue = new Kind<number>({ maxSize: 3 });
    queue.tryPut(1);
    expect(await threads[0]!.run(() => queue)).toBe(queue);
    expect(await threads[0]!.run(() => [queue.constructor.name, queue.maxSize, queue.qsize()])).toEqual([name, 3, 1]);
  });

  describe('shutdown', () => {
    test('of an empty one: nothing goes in, and nothing comes', async () => {
      const queue = new Kind<number>();
      queue.shutdown();
      queue.shutdown();
      expect(await failureOf(queue.put(1))).toMatchObject({ ...isShutDown, message: `this ${name} was shut down` });
      expect(await failureOf(queue.get())).toMatchObject(isShutDown);
      for (const call of [
        () => {
          queue.putSync(1);
        },
        () => queue.tryPut(1),
        () => queue.getSync(),
        () => queue.tryGet(),
      ])
        expect(call).toThrow(expect.objectContaining(isShutDown));
      await queue.join();
    });

    test('what is in it can be gotten, and joined', async () => {
      const queue = new Kind<number>();
      queue.tryPut(1);
      queue.tryPut(1);
      queue.shutdown();
      expect(() => queue.tryPut(2)).toThrow(expect.objectContaining(isShutDown));
      const joined = queue.join();
      expect([await queue.get(), queue.getSync()]).toEqual([1, 1]);
      expect(await failureOf(queue.get())).toMatchObject(isShutDown);
      queue.taskDone();
      queue.taskDone();
      await joined;
    });

    test('immediately: what is in it is gone, and counts as done', async () => {
      const queue = new Kind<number>();
      for (let i = 0; i < 3; i++) queue.tryPut(i);
      queue.getSync();
      const joined = queue.join();
      queue.shutdown({ immediate: true });
      expect(inspect(queue)).toBe(`${name} { size: 0, unfinished: 1, shutDown: true, waiting: 1 }`);
      expect(() => queue.tryGet()).toThrow(expect.objectContaining(isShutDown));
      queue.taskDone();
      await joined;
      expect(() => {
        queue.taskDone();
      }).toThrow(RangeError);
    });

    test('becomes immediate later', async () => {
      const queue = new Kind<number>();
      queue.tryPut(1);
      const joined = threads[0]!.run(() => queue.join());
      await untilWaiting(queue, 1);
      queue.shutdown();
      expect(queue.qsize()).toBe(1);
      queue.shutdown({ immediate: true });
      await joined;
      expect(queue.qsize()).toBe(0);
    });

    test('tells all who wait', async () => {
      const empty = new Kind<number>();
      const full = new Kind<number>({ maxSize: 1 });
      full.tryPut(1);
      const waiters = [
        empty.get(),
        threads[0]!.run(() => empty.getSync()),
        threads[1]!.run(() => empty.get()),
        full.put(2),
        threads[2]!.run(() => {
          full.putSync(2);
        }),
        threads[3]!.run(() => full.put(2)),
      ].map(failureOf);
      await Promise.all([untilWaiting(empty, 3), untilWaiting(full, 3)]);
      await threads[1]!.run(() => {
        empty.shutdown();
      });
      full.shutdown();
      for (const waiter of waiters) expect(await waiter).toMatchObject(isShutDown);
      expect(full.tryGet()).toEqual({ item: 1 });
      expect(full.qsize()).toBe(0);
    });

    test('of items that are promised: who was promised one gets it, unless it is immediate', async () => {
      for (const immediate of [false, true]) {
        const queue = new Kind<number>();
        const first = Promise.allSettled([queue.get()]);
        queue.tryPut(1);
        queue.shutdown({ immediate });
        expect(await first).toMatchObject([immediate ? { reason: isShutDown } : { value: 1 }]);
      }
    });
  });

  test('a loop over it ends when it is shut down and empty', async () => {
    const queue = new Kind<number>();
    const all = threads[0]!.run(async () => {
      const got: number[] = [];
      for await (const item of queue) got.push(item);
      return got.sort();
    });
    for (let i = 0; i < 5; i++) queue.tryPut(i);
    queue.shutdown();
    expect(await all).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('PriorityQueue', () => {
  test('orders by number, by the first of a list, or as it is told; equals as they came', () => {
    const drain = <T>(queue: PriorityQueue<T>, items: T[]): T[] => {
      for (const item of items) queue.tryPut(item);
      return items.map(() => queue.tryGet()!.item);
    };
    expect(drain(new PriorityQueue(), [3, -1, Infinity, 0.5, -Infinity, 3])).toEqual([-Infinity, -1, 0.5, 3, 3, Infinity]);
    expect(
      drain(new PriorityQueue<[number, string]>(), [
        [2, 'a'],
        [1, 'b'],
        [2, 'c'],
        [1, 'd'],
      ]),
    ).toEqual([
      [1, 'b'],
      [1, 'd'],
      [2, 'a'],
      [2, 'c'],
    ]);
    expect(drain(new PriorityQueue<string>({ priority: (text) => text.length }), ['three', 'one', 'two'])).toEqual(['one', 'two', 'three']);
  });

  test('takes its priority along', async () => {
    const sign = -1;
    const queue = new PriorityQueue<{ rank: number }>({ priority: ({ rank }) => sign * rank });
    await threads[0]!.run(() => {
      for (const rank of [1, 3, 2]) queue.putSync({ rank });
    });
    queue.tryPut({ rank: 2.5 });
    expect([1, 2, 3, 4].map(() => queue.tryGet()?.item.rank)).toEqual([3, 2.5, 2, 1]);
  });
});

describe('SimpleQueue', () => {
  test('puts, and gets in order', async () => {
    const queue = new SimpleQueue<number>();
    for (let i = 0; i < 5; i++) queue.put(i);
    expect([queue.qsize(), queue.empty()]).toEqual([5, false]);
    expect([await queue.get(), queue.getSync(), queue.tryGet(), await queue.get(), queue.getSync(0)]).toEqual([0, 1, { item: 2 }, 3, 4]);
    expect(queue.tryGet()).toBeUndefined();
    expect(await failureOf(queue.get({ timeoutMs: 1 }))).toMatchObject({
      ...isTooLate,
      message: 'SimpleQueue.get waited for longer than 1 ms',
    });
    expect(inspect(queue)).toBe('SimpleQueue { size: 0, waiting: 0 }');
  });

  test('across threads, in the order of each', async () => {
    const queue = new SimpleQueue<[number, number]>();
    const feeders = members.slice(0, 3).map((i) =>
      threads[i]!.run(() => {
        for (let n = 0; n < 100; n++) queue.put([i, n]);
      }),
    );
    const got = await threads[3]!.run(async () => {
      const lists: number[][] = [[], [], []];
      for (let n = 0; n < 300; n++) {
        const [feeder, item] = n % 2 === 0 ? await queue.get() : queue.getSync();
        lists[feeder]?.push(item);
      }
      return lists;
    });
    await Promise.all(feeders);
    expect(got).toEqual(Array(3).fill(Array.from({ length: 100 }, (_, n) => n)));
    expect(await threads[0]!.run(() => queue)).toBe(queue);
  });
});

test('first come, first served, whoever waits', async () => {
  const queue = new Queue<number>();
  const order: Promise<number>[] = [];
  for (const [i, get] of [
    () => queue.get(),
    () => threads[0]!.run(() => queue.getSync()),
    () => queue.get(),
    () => threads[1]!.run(() => queue.get()),
    () => queue.get(),
  ].entries()) {
    order.push(get());
    await untilWaiting(queue, i + 1);
  }
  for (let i = 0; i < 5; i++) {
    await queue.put(i);
    expect(await order[i]).toBe(i);
    expect(waiting(queue)).toBe(4 - i);
  }
});
