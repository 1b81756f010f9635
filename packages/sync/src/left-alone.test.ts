/**
 * All other threads that had an object have ended: who blocks for it is refused. programs.test.ts has those who await.
 *
 * @workers
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Barrier, BoundedSemaphore, Condition, Event, LifoQueue, Lock, PriorityQueue, Queue, Semaphore, SimpleQueue } from '@heddle/sync';
import { failureOf, until } from '@heddle/testkit/support';
import { counters, untilWaiting } from './test-support/crews.js';
import { TestThread } from './test-support/test-thread.js';

const started: TestThread[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((thread) => thread.terminate()));
});

function thread(): TestThread {
  const made = new TestThread();
  started.push(made);
  return made;
}

function taken<L extends { tryAcquire(): boolean }>(lock: L): L {
  lock.tryAcquire();
  return lock;
}

function full(): Queue<number> {
  const queue = new Queue<number>({ maxSize: 1 });
  queue.tryPut(1);
  return queue;
}

type Blocking<T extends object> = readonly [operation: string, make: () => T, block: (object: T) => unknown];

/** Keeps the type of what is made. */
const blocking = <T extends object>(operation: string, make: () => T, block: (object: T) => unknown): Blocking<object> => [
  operation,
  make,
  block as never,
];

const operations = [
  blocking(
    'Lock.acquireSync',
    () => taken(new Lock()),
    (lock) => lock.acquireSync(),
  ),
  blocking(
    'Lock.acquireSync',
    () => taken(new Lock()),
    (lock) => lock.holdSync(),
  ),
  blocking(
    'Condition.waitSync',
    () => taken(new Condition()),
    (condition) => condition.waitSync(),
  ),
  blocking(
    'Condition.waitForSync',
    () => taken(new Condition()),
    (condition) => condition.waitForSync(() => false),
  ),
  blocking(
    'Event.waitSync',
    () => new Event(),
    (event) => event.waitSync(),
  ),
  blocking(
    'Semaphore.acquireSync',
    () => new Semaphore(0),
    (semaphore) => semaphore.acquireSync(),
  ),
  blocking(
    'BoundedSemaphore.acquireSync',
    () => new BoundedSemaphore(0),
    (semaphore) => semaphore.acquireSync(),
  ),
  blocking(
    'Barrier.waitSync',
    () => new Barrier(2),
    (barrier) => barrier.waitSync(),
  ),
  blocking(
    'Queue.getSync',
    () => new Queue(),
    (queue) => queue.getSync(),
  ),
  blocking('Queue.putSync', full, (queue) => {
    queue.putSync(2);
  }),
  blocking('Queue.joinSync', full, (queue) => {
    queue.joinSync();
  }),
  blocking(
    'LifoQueue.getSync',
    () => new LifoQueue(),
    (queue) => queue.getSync(),
  ),
  blocking(
    'PriorityQueue.getSync',
    () => new PriorityQueue(),
    (queue) => queue.getSync(),
  ),
  blocking(
    'SimpleQueue.getSync',
    () => new SimpleQueue(),
    (queue) => queue.getSync(),
  ),
];

const use = (object: object): boolean => typeof object === 'object';

describe.each(operations)('%s', (operation, make, block) => {
  const leftAlone = {
    code: 'HEDDLE_INVALID_STATE',
    message: expect.stringMatching(
      `^${operation} would block this thread for ever: all other threads that had this \\w+ have ended`,
    ) as unknown,
  };

  test('is refused once the other threads were terminated, or have exited', async () => {
    const object = make();
    const [first, second] = [thread(), thread()];
    expect([await first.run(use, object), await second.run(use, object)]).toEqual([true, true]);
    await first.terminate();
    await second
      .run(() => {
        process.exit(0);
      })
      .catch(() => undefined);
    expect(() => block(object)).toThrow(expect.objectContaining(leftAlone));
  });
});

describe('who blocks is refused', () => {
  const leftAlone = {
    code: 'HEDDLE_INVALID_STATE',
    message: expect.stringContaining('all other threads that had this Event have ended') as unknown,
  };

  test('when the last other thread ends meanwhile', async () => {
    const event = new Event();
    const other = thread();
    await other.run((of) => {
      setTimeout(() => {
        process.exit(0);
      }, 100);
      return of.isSet();
    }, event);
    expect(() => event.waitSync()).toThrow(expect.objectContaining(leftAlone));
  });

  test('but not when it has a time limit', async () => {
    const event = new Event();
    const other = thread();
    await other.run(use, event);
    await other.terminate();
    expect(event.waitSync(200)).toBe(false);
  });

  test('in a thread, once the main one has dropped the object and another thread has ended', async () => {
    const [waiter, other] = [thread(), thread()];
    const refused = await shareAndDrop(waiter, other);
    let failure: unknown;
    void refused.error.then((error) => {
      failure = error;
    });
    expect(failure).toBe(undefined);
    await other.terminate();
    await until('the wait to be refused', () => {
      globalThis.gc!();
      return failure !== undefined;
    });
    expect(failure).toMatchObject(leftAlone);
  });

  /** Nothing here refers to the event when it returns. */
  async function shareAndDrop(waiter: TestThread, other: TestThread): Promise<{ readonly error: Promise<unknown> }> {
    const event = new Event();
    await other.run(use, event);
    const error = failureOf(waiter.run((of) => of.waitSync(), event));
    await untilWaiting(event, 1);
    return { error };
  }
});

describe('who blocks is not refused', () => {
  test('while a thread that has the object computes', async () => {
    const [event, words] = [new Event(), counters(1)];
    const [first, last] = [thread(), thread()];
    await first.run(use, event);
    void last.run(
      (of, mark) => {
        Atomics.store(mark, 0, 1);
        const endMs = performance.now() + 1500;
        while (performance.now() < endMs);
        of.set();
      },
      event,
      words,
    );
    await until('it to compute', () => words[0] === 1);
    await first.terminate();
    expect(event.waitSync()).toBe(true);
  });

  test('while the object is on its way to a thread that starts, or to one that is busy', async () => {
    const [event, words] = [new Event(), counters(1)];
    const [ended, busy] = [thread(), thread()];
    await ended.run(use, event);
    await ended.terminate();
    void busy.run((mark) => {
      Atomics.store(mark, 0, 1);
      const endMs = performance.now() + 1500;
      while (performance.now() < endMs);
    }, words);
    await until('it to compute', () => words[0] === 1);
    void busy.run((of) => {
      of.set();
    }, event);
    expect(event.waitSync()).toBe(true);
    event.clear();
    await busy.terminate();
    void thread().run((of) => {
      of.set();
    }, event);
    expect(event.waitSync()).toBe(true);
  });
});
