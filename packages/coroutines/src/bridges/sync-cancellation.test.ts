/**
 * Locks and queues under scopes: what CPython's test_locks and test_queues of asyncio say of cancelled waiters, as behaviour. Whoever is
 * cancelled leaves nothing behind: no lock held, no item lost, nobody else kept waiting.
 *
 * @workers
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { createTask, shield, sleep, TaskGroup, timeout, type Task } from '@heddle/coroutines';
import { CancelledError, TimeoutError } from '@heddle/futures';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  RLock,
  Semaphore,
  SimpleQueue,
} from '@heddle/sync';
import { failureOf, until } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

/** Tasks that have come as far as their waits. In an array: a task that is returned would be awaited. */
async function waiting<B extends (() => Promise<unknown>)[]>(...bodies: B): Promise<{ [K in keyof B]: Task<unknown> }> {
  const tasks = bodies.map((body) => createTask(body));
  await sleep(0);
  expect(tasks.some((task) => task.done())).toBe(false);
  return tasks as { [K in keyof B]: Task<unknown> };
}

/** Cancels a task that waits. */
async function cancelled(body: () => Promise<unknown>): Promise<void> {
  const [task] = await waiting(body);
  task.cancel('enough');
  expect(await failureOf(task)).toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'enough' });
}

async function taken<L extends { acquire(): Promise<boolean> }>(lock: L): Promise<L> {
  await lock.acquire();
  return lock;
}

/** Each with something in it that is waited for in vain. */
const waits: [string, () => Promise<() => Promise<unknown>>][] = [
  [
    'Lock.acquire',
    async () => {
      const lock = await taken(new Lock());
      return () => lock.acquire();
    },
  ],
  [
    'Lock.hold',
    async () => {
      const lock = await taken(new Lock());
      return () => lock.hold();
    },
  ],
  [
    'RLock.run',
    async () => {
      const lock = new RLock();
      void lock.run(() => new Promise(() => undefined));
      return () => lock.run(() => undefined);
    },
  ],
  [
    'Semaphore.acquire',
    async () => {
      const semaphore = new Semaphore(0);
      return () => semaphore.acquire();
    },
  ],
  [
    'BoundedSemaphore.acquire',
    async () => {
      const semaphore = await taken(new BoundedSemaphore(1));
      return () => semaphore.acquire();
    },
  ],
  [
    'Event.wait',
    async () => {
      const event = new Event();
      return () => event.wait();
    },
  ],
  [
    'Condition.wait',
    async () => {
      const condition = new Condition();
      return async () => {
        using held = await condition.hold();
        await condition.wait();
        return held;
      };
    },
  ],
  [
    'Condition.waitFor',
    async () => {
      const condition = new Condition();
      return async () => {
        using held = await condition.hold();
        await condition.waitFor(() => false);
        return held;
      };
    },
  ],
  [
    'Barrier.wait',
    async () => {
      const barrier = new Barrier(2);
      return () => barrier.wait();
    },
  ],
  [
    'Queue.get',
    async () => {
      const queue = new Queue();
      return () => queue.get();
    },
  ],
  [
    'Queue.put',
    async () => {
      const queue = new Queue({ maxSize: 1 });
      await queue.put(1);
      return () => queue.put(2);
    },
  ],
  [
    'Queue.join',
    async () => {
      const queue = new Queue();
      await queue.put(1);
      return () => queue.join();
    },
  ],
  [
    'LifoQueue.get',
    async () => {
      const queue = new LifoQueue();
      return () => queue.get();
    },
  ],
  [
    'PriorityQueue.get',
    async () => {
      const queue = new PriorityQueue();
      return () => queue.get();
    },
  ],
  [
    'SimpleQueue.get',
    async () => {
      const queue = new SimpleQueue();
      return () => queue.get();
    },
  ],
];

describe.each(waits)('%s', (_name, make) => {
  test('ends at once when its scope is cancelled, and throws at once in a cancelled one', async () => {
    const wait = await make();
    await cancelled(wait);
    const late = createTask(async () => {
      await sleep(Infinity).catch(() => undefined);
      await wait();
    });
    await sleep(0);
    late.cancel();
    expect(await failureOf(late)).toBeInstanceOf(CancelledError);
  });

  test('ends with the time of a timeout', async () => {
    const wait = await make();
    await expect(timeout(1, wait)).rejects.toThrow(TimeoutError);
  });
});

describe('what was cancelled leaves nothing behind', () => {
  test('a lock goes to the next who waits, and is free afterwards', async () => {
    const lock = await taken(new Lock());
    const [first, second] = await waiting(
      () => lock.acquire(),
      () => lock.acquire(),
    );
    first.cancel();
    lock.release();
    expect(await second).toBe(true);
    expect(await failureOf(first)).toBeInstanceOf(CancelledError);
    lock.release();
    expect(lock.locked()).toBe(false);
  });

  test('a lock that was granted in the moment before belongs to who was cancelled, and is released by its block', async () => {
    const lock = await taken(new Lock());
    const log: string[] = [];
    const [task] = await waiting(async () => {
      using held = await lock.hold();
      log.push(`in, ${String(lock.locked())}`);
      await sleep(0);
      return held;
    });
    lock.release();
    task.cancel();
    expect(await failureOf(task)).toBeInstanceOf(CancelledError);
    expect([log, lock.locked()]).toEqual([['in, true'], false]);
  });

  test('permits of a semaphore stay, and others get them', async () => {
    const semaphore = new Semaphore(0);
    const [first, second] = await waiting(
      () => semaphore.acquire(),
      () => semaphore.acquire(),
    );
    first.cancel();
    semaphore.release();
    expect(await second).toBe(true);
    await failureOf(first);
    semaphore.release();
    expect(semaphore.tryAcquire()).toBe(true);
  });

  test('an item stays in its queue, and goes to the next', async () => {
    const queue = new Queue<string>();
    const [first, second] = await waiting(
      () => queue.get(),
      () => queue.get(),
    );
    first.cancel();
    await queue.put('weft');
    expect(await second).toBe('weft');
    await failureOf(first);
    await queue.put('warp');
    expect(await queue.get()).toBe('warp');
  });

  test('what was not put is not in the queue, and others can put', async () => {
    const queue = new Queue<string>({ maxSize: 1 });
    await queue.put('first');
    const [second, third] = await waiting(
      () => queue.put('second'),
      () => queue.put('third'),
    );
    second.cancel();
    await failureOf(second);
    expect(await queue.get()).toBe('first');
    await third;
    expect([await queue.get(), queue.qsize()]).toEqual(['third', 0]);
  });

  test('who waits for a condition holds its lock again when the cancellation comes out', async () => {
    const condition = new Condition();
    const log: string[] = [];
    const [task] = await waiting(async () => {
      using held = await condition.hold();
      try {
        await condition.wait();
      } finally {
        log.push(`locked: ${String(condition.lock.locked())}`);
      }
      return held;
    });
    await condition.acquire();
    task.cancel();
    await sleep(0);
    expect(task.done()).toBe(false); // the lock is ours
    condition.release();
    await failureOf(task);
    expect([log, condition.lock.locked()]).toEqual([['locked: true'], false]);
  });

  test('a notification is not lost to one who is cancelled', async () => {
    const condition = new Condition();
    const wait = async (): Promise<boolean> => {
      await condition.acquire();
      try {
        return await condition.wait();
      } finally {
        condition.release();
      }
    };
    const [first, second] = await waiting(wait, wait);
    first.cancel();
    await failureOf(first);
    await condition.acquire();
    condition.notify();
    condition.release();
    expect(await second).toBe(true);
  });

  test('a barrier breaks for all: they can never be complete', async () => {
    const barrier = new Barrier(3);
    const [first, second] = await waiting(
      () => barrier.wait(),
      () => barrier.wait(),
    );
    first.cancel();
    expect(await failureOf(second)).toMatchObject({ code: 'HEDDLE_BROKEN_BARRIER' });
    expect(await failureOf(first)).toBeInstanceOf(CancelledError);
  });

  test('under a shield, a cleanup may wait for a lock', async () => {
    const lock = await taken(new Lock());
    let tidied = false;
    const [task] = await waiting(async () => {
      try {
        await sleep(Infinity);
      } finally {
        await shield(async () => {
          await lock.acquire();
          tidied = true;
          lock.release();
        });
      }
    });
    task.cancel();
    await sleep(0);
    lock.release();
    await failureOf(task);
    expect([tidied, lock.locked()]).toEqual([true, false]);
  });

  test('an error in a group ends those who wait for each other', async () => {
    const queue = new Queue<number>();
    const lock = new Lock();
    await expect(
      TaskGroup.run(async (group) => {
        group.createTask(async () => {
          using held = await lock.hold();
          await queue.get();
          return held;
        });
        group.createTask(() => lock.acquire());
        await sleep(0);
        throw new RangeError('no such loom');
      }),
    ).rejects.toMatchObject({ code: 'HEDDLE_EXCEPTION_GROUP' });
    expect(lock.locked()).toBe(false);
  });

  test('a thousand who wait for one lock in one scope leave no listener, and are no warning', async () => {
    const lock = await taken(new Lock());
    const [group] = await waiting(() =>
      TaskGroup.run(async (within) => {
        for (let i = 0; i < 1000; i++) within.createTask(() => lock.acquire());
      }),
    );
    group.cancel();
    await failureOf(group);
    lock.release();
    expect(lock.locked()).toBe(false);
  });
});

describe('in a task of an executor', () => {
  test('a wait ends when the task is aborted, and the task may clean up', async () => {
    const [lock, marks] = [await taken(new Lock()), new Int32Array(new SharedArrayBuffer(8))];
    const future = pool.submit(
      async (wanted: Lock, seen: Int32Array) => {
        try {
          const wait = wanted.acquire();
          Atomics.store(seen, 0, 1);
          await wait;
        } catch (error) {
          Atomics.store(seen, 1, (error as { code?: string }).code === 'HEDDLE_ABORTED' ? 1 : 2);
          throw error;
        }
      },
      lock,
      marks,
    );
    await until('it to wait', () => Atomics.load(marks, 0) === 1);
    expect(await future.abort('enough')).toBe(true);
    await failureOf(future);
    expect(Atomics.load(marks, 1)).toBe(1);
    lock.release();
    expect(lock.tryAcquire()).toBe(true); // nobody died with it
  });
});
