/**
 * Threads that end at the wrong moment: nobody hangs, and nothing is lost that can be saved.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, Queue, RLock } from '@heddle/sync';
import { failureOf, until } from '@heddle/testkit/support';
import { counters, threadsOfFile, untilWaiting, waiting } from './test-support/crews.js';
import { TestThread } from './test-support/test-thread.js';

const started: TestThread[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((thread) => thread.terminate()));
});

function thread(options?: { maxOldGenerationSizeMb: number }): TestThread {
  const made = new TestThread(options);
  started.push(made);
  return made;
}

const isAbandoned = { code: 'HEDDLE_ABANDONED_LOCK' };

/** Goes on in a thread that has done its first part. */
const forever = (): void => {
  for (;;);
};
const exit = (): void => {
  process.exit(3);
};
const throwLater = (): void => {
  setImmediate(() => {
    throw new Error('nobody catches it');
  });
};
const grow = (): void => {
  const all: number[][] = [];
  for (;;) all.push(Array.from({ length: 10_000 }, Math.random));
};
const block = (words: Int32Array): void => {
  Atomics.wait(words, 0, 0);
};

const others = threadsOfFile();

const endings: [how: string, end: (holder: TestThread) => unknown][] = [
  ['is terminated, idle', (holder) => holder.terminate()],
  [
    'is terminated while it computes',
    (holder) => {
      void holder.run(forever);
      return holder.terminate();
    },
  ],
  [
    'is terminated while it blocks',
    (holder) => {
      void holder.run(block, counters(1));
      return holder.terminate();
    },
  ],
  ['exits', (holder) => holder.run(exit)],
  ['throws where nobody catches', (holder) => holder.run(throwLater)],
  ['runs out of memory', (holder) => holder.run(grow)],
];

describe.each([
  ['Lock', Lock],
  ['RLock', RLock],
] as const)('%s', (name, Kind) => {
  test.each(endings)('its holder %s: everybody else is told', async (_how, end) => {
    const lock = new Kind();
    const holder = thread({ maxOldGenerationSizeMb: 24 });
    await holder.run(() => lock.acquireSync());
    const [blocking, awaiting] = others as [TestThread, TestThread];
    const failures = [
      failureOf(blocking.run(() => lock.acquireSync())),
      failureOf(awaiting.run(() => lock.acquire())),
      failureOf(lock.acquire()),
      failureOf(lock.hold({ timeoutMs: 20_000 })),
    ];
    await untilWaiting(lock, 4);
    void end(holder);
    for (const failure of failures)
      expect(await failure).toMatchObject({
        ...isAbandoned,
        name: 'AbandonedLockError',
        message: expect.stringMatching(`^this ${name} is abandoned`) as unknown,
      });
    expect(() => lock.tryAcquire()).toThrow(expect.objectContaining(isAbandoned));
    expect(() => lock.acquireSync()).toThrow(expect.objectContaining(isAbandoned));
    expect(() => {
      lock.release();
    }).toThrow(expect.objectContaining(isAbandoned));
    lock.reset();
    expect(await awaiting.run(() => lock.acquire())).toBe(true);
    expect(lock.tryAcquire()).toBe(false);
    expect(() => {
      lock.reset();
    }).toThrow(new RegExp(`${name}.reset: it is not abandoned`));
  });

  test('its holder has ended before anybody asks, and this thread blocks', async () => {
    const lock = new Kind();
    const holder = thread();
    await holder.run(() => lock.acquire());
    await holder.terminate();
    expect(() => lock.acquireSync()).toThrow(expect.objectContaining(isAbandoned));
  });

  test.each<[how: string, attempt: (lock: Lock | RLock) => unknown]>([
    ['only tries', (lock) => lock.tryAcquire()],
    ['waits for a moment only, awaiting', (lock) => lock.acquire({ timeoutMs: 1 })],
    ['waits for a moment only, blocking', (lock) => lock.acquireSync(1)],
    ['does not wait', (lock) => lock.acquire({ timeoutMs: 0 })],
  ])('who %s, again and again, is told too', async (_how, attempt) => {
    const lock = new Kind();
    const holder = thread();
    await holder.run(() => lock.acquire());
    expect(await attempt(lock)).toBe(false);
    await holder.terminate();
    const trying = (async () => {
      while (!(await attempt(lock))) await new Promise((resolve) => setTimeout(resolve, 1));
    })();
    expect(await failureOf(trying)).toMatchObject(isAbandoned);
  });

  test('its holder exits while this thread blocks', async () => {
    const lock = new Kind();
    const words = counters(1);
    const holder = thread();
    await holder.run(() => lock.acquire());
    void holder.run(() => {
      Atomics.wait(words, 0, 0);
      process.exit();
    });
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    expect(() => lock.acquireSync()).toThrow(expect.objectContaining(isAbandoned));
  });

  test('a holder that only computes is not taken to be dead', async () => {
    const lock = new Kind();
    const words = counters(2);
    const holder = thread();
    const busy = holder.run(() => {
      lock.acquireSync();
      Atomics.store(words, 1, 1);
      while (Atomics.load(words, 0) === 0);
      lock.release();
    });
    await until('the holder to hold it', () => words[1] === 1);
    const [other] = others as [TestThread];
    const waiter = other.run(() => lock.acquireSync());
    // It was asked for longer than twice over.
    expect(await lock.acquire({ timeoutMs: 600 })).toBe(false);
    Atomics.store(words, 0, 1);
    await busy;
    await waiter;
    await other.run(() => {
      lock.release();
    });
    expect(lock.tryAcquire()).toBe(true);
  });

  test('one who waits ends: the others have their turns', async () => {
    const lock = new Kind();
    await lock.acquire();
    const [first, second, third] = [thread(), thread(), others[0]!];
    void first.run(() => lock.acquire());
    await untilWaiting(lock, 1);
    void second.run(() => lock.acquireSync());
    await untilWaiting(lock, 2);
    const last = third.run(() => lock.acquireSync());
    await untilWaiting(lock, 3);
    await Promise.all([first.terminate(), second.terminate()]);
    lock.release();
    expect(await last).toBe(true);
  });
});

test('a Condition: who waits for it is told when its lock is abandoned', async () => {
  const condition = new Condition();
  const [holder, blocking] = [thread(), others[0]!];
  const failures = [
    failureOf(
      blocking.run(() => {
        condition.acquireSync();
        condition.waitSync();
      }),
    ),
    failureOf(
      (async () => {
        await condition.acquire();
        await condition.wait();
      })(),
    ),
  ];
  await untilWaiting(condition, 2);
  await holder.run(() => condition.acquireSync());
  await holder.terminate();
  for (const failure of failures)
    expect(await failure).toMatchObject({ ...isAbandoned, message: expect.stringMatching(/^this Lock is abandoned/) as unknown });
});

test('a Condition: a notification for who has ended goes to the next', async () => {
  const condition = new Condition();
  const dead = thread();
  void dead.run(async () => {
    await condition.acquire();
    await condition.wait();
  });
  await untilWaiting(condition, 1);
  const waiter = (async () => {
    await condition.acquire();
    await condition.wait();
    condition.release();
  })();
  await untilWaiting(condition, 2);
  await dead.terminate();
  await condition.acquire();
  condition.notify();
  condition.release();
  await waiter;
});

test('a Semaphore: what was given to who has ended goes to the next', async () => {
  const semaphore = new BoundedSemaphore(1);
  await semaphore.acquire();
  const dead = thread();
  void dead.run(() => semaphore.acquireSync());
  await untilWaiting(semaphore, 1);
  const waiter = semaphore.acquire();
  await dead.terminate();
  semaphore.release();
  expect(await waiter).toBe(true);
});

test('a Queue: an item promised to who has ended goes to the next, room reserved likewise', async () => {
  const queue = new Queue<number>({ maxSize: 1 });
  const [getter, putter] = [thread(), thread()];
  void getter.run(() => queue.getSync());
  await untilWaiting(queue, 1);
  await getter.terminate();
  queue.tryPut(1);
  expect(await queue.get()).toBe(1);
  queue.tryPut(2);
  void putter.run(() => {
    queue.putSync(3);
  });
  await untilWaiting(queue, 1);
  await putter.terminate();
  expect(queue.getSync()).toBe(2);
  await queue.put(4);
  expect(await queue.get()).toBe(4);
});

test('an Event is set for the others', async () => {
  const event = new Event();
  const dead = thread();
  void dead.run(() => event.waitSync());
  await untilWaiting(event, 1);
  const waiter = event.wait();
  await dead.terminate();
  event.set();
  expect(await waiter).toBe(true);
  expect(waiting(event)).toBe(0);
});

test('a Barrier: the one that runs its action ends', async () => {
  const words = counters(1);
  const barrier = new Barrier(2, {
    action: () => {
      Atomics.wait(words, 0, 0);
    },
  });
  const waiter = failureOf(barrier.wait());
  const dead = thread();
  void dead.run(() => barrier.waitSync());
  await until('the action to run', () => barrier.nWaiting === 0);
  const later = failureOf(barrier.wait());
  await dead.terminate();
  expect(await waiter).toMatchObject(isAbandoned);
  expect(await later).toMatchObject(isAbandoned);
  barrier.reset();
  expect(inspect(barrier)).toBe('Barrier { parties: 2, waiting: 0, broken: false }');
});
