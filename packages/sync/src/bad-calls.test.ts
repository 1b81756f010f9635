/**
 * What is wrong with a call is said at the call, or by the promise that it returns.
 *
 * @workers
 */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { encodeValue } from '@heddle/serialization';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';
import { threadsOfFile, untilWaiting, waiting } from './test-support/crews.js';

const threads = threadsOfFile();
afterEach(() => {
  jest.restoreAllMocks();
});

const objects = { Lock: new Lock(), RLock: new RLock(), Semaphore: new Semaphore(), BoundedSemaphore: new BoundedSemaphore() };
const events = { Event: new Event(), Condition: new Condition(), Barrier: new Barrier(2) };

type Waits = Record<string, (options?: unknown) => unknown>;
const awaiting: [name: string, call: (options: unknown) => unknown][] = [
  ...Object.entries(objects).flatMap(([name, object]) =>
    ['acquire', 'hold'].map((method): [string, (options: unknown) => unknown] => [
      `${name}.${method}`,
      (options) => (object as unknown as Waits)[method]?.(options),
    ]),
  ),
  ...Object.entries(events).map(([name, object]): [string, (options: unknown) => unknown] => [
    `${name}.wait`,
    (options) => (object as unknown as Waits)['wait']?.(options),
  ]),
  ['Condition.waitFor', (options) => events.Condition.waitFor(() => false, options as object)],
  ['RLock.run', (options) => objects.RLock.run(() => 1, options as object)],
];
const blocking: [name: string, call: (timeoutMs: unknown) => unknown][] = [
  ...Object.entries(objects).flatMap(([name, object]) =>
    ['acquireSync', 'holdSync'].map((method): [string, (timeoutMs: unknown) => unknown] => [
      `${name}.${method}`,
      (timeoutMs) => (object as unknown as Waits)[method]?.(timeoutMs),
    ]),
  ),
  ...Object.entries(events).map(([name, object]): [string, (timeoutMs: unknown) => unknown] => [
    `${name}.waitSync`,
    (timeoutMs) => (object as unknown as Waits)['waitSync']?.(timeoutMs),
  ]),
  ['Condition.waitForSync', (timeoutMs) => events.Condition.waitForSync(() => false, timeoutMs as number)],
];

describe.each(awaiting)('%s', (_name, call) => {
  test.each<[options: unknown, error: typeof TypeError, message: RegExp]>([
    [{ timeoutMs: -1 }, RangeError, /: timeoutMs must be 0 or more milliseconds, got -1/],
    [{ timeoutMs: NaN }, RangeError, /: timeoutMs must be 0 or more milliseconds, got NaN/],
    [{ timeoutMs: '5' }, TypeError, /: timeoutMs must be a number of milliseconds, got "5"/],
    [{ timeout: 5 }, TypeError, /: unknown option "timeout"; did you mean "timeoutMs"\?/],
    [{ signal: {} }, TypeError, /: signal must be an AbortSignal, got an object/],
    [5, TypeError, /: options must be an object, got 5/],
    [null, TypeError, /: options must be an object, got null/],
  ])('%p is refused', async (options, error, message) => {
    const failure = await failureOf(call(options) as Promise<unknown>);
    expect(failure).toBeInstanceOf(error);
    expect(failure.message).toMatch(message);
  });

  test('with a signal that has aborted it fails at once, and takes nothing', async () => {
    expect(await failureOf(call({ signal: AbortSignal.abort('why') }) as Promise<unknown>)).toMatchObject({
      code: 'HEDDLE_ABORTED',
      reason: 'why',
    });
  });
});

describe.each(blocking)('%s', (name, call) => {
  test.each<[timeoutMs: unknown, error: typeof TypeError, message: string]>([
    [-1, RangeError, 'timeoutMs must be 0 or more milliseconds, got -1'],
    [NaN, RangeError, 'timeoutMs must be 0 or more milliseconds, got NaN'],
    ['5', TypeError, 'timeoutMs must be a number of milliseconds, got "5"'],
    [{ timeoutMs: 5 }, TypeError, 'timeoutMs must be a number of milliseconds, got an object'],
    [null, TypeError, 'timeoutMs must be a number of milliseconds, got null'],
  ])('%p is refused', (timeoutMs, error, message) => {
    expect(() => call(timeoutMs)).toThrow(error);
    expect(() => call(timeoutMs)).toThrow(`: ${message}`);
    expect(() => call(timeoutMs)).toThrow(name.replace('hold', 'acquire').slice(0, 4));
  });
});

test('after all of that nothing is taken, and nobody waits', () => {
  expect(Object.values(objects).map((object) => object.tryAcquire())).toEqual([true, true, true, true]);
  for (const object of Object.values(objects)) object.release();
  expect([...Object.values(objects), ...Object.values(events)].map(waiting)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(events.Barrier.broken).toBe(false);
});

describe('wrong numbers', () => {
  test.each<[what: string, call: () => unknown, message: string]>([
    ['a negative Semaphore', () => new Semaphore(-1), 'Semaphore: initial must be a whole number of at least 0, got -1'],
    ['a Semaphore of a half', () => new Semaphore(0.5), 'Semaphore: initial must be'],
    ['a Semaphore of NaN', () => new Semaphore(NaN), 'Semaphore: initial must be'],
    [
      'a negative BoundedSemaphore',
      () => new BoundedSemaphore(-2),
      'BoundedSemaphore: initial must be a whole number of at least 0, got -2',
    ],
    [
      'a release of 0',
      () => {
        new Semaphore().release(0);
      },
      'Semaphore.release: count must be a whole number of at least 1, got 0',
    ],
    [
      'a release of -1',
      () => {
        new BoundedSemaphore().release(-1);
      },
      'BoundedSemaphore.release: count must be a whole number of at least 1, got -1',
    ],
    [
      'too many releases',
      () => {
        const semaphore = new Semaphore(2 ** 31 - 1);
        semaphore.release();
      },
      'it was released more often than acquired',
    ],
    ['a Barrier of 0', () => new Barrier(0), 'Barrier: count must be a whole number of at least 1, got 0'],
    ['a Barrier of -1', () => new Barrier(-1), 'Barrier: count must be'],
    [
      'a Barrier with a negative time limit',
      () => new Barrier(1, { timeoutMs: -1 }),
      'Barrier: timeoutMs must be 0 or more milliseconds, got -1',
    ],
    [
      'a notify of 0',
      () => {
        new Condition().notify(0);
      },
      'Condition.notify: count must be a whole number of at least 1, got 0',
    ],
    [
      'a notify of -3',
      () => {
        new Condition().notify(-3);
      },
      'Condition.notify: count must be',
    ],
  ])('%s', (_what, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  test.each<[what: string, call: () => unknown, message: string]>([
    ['a Semaphore of a text', () => new Semaphore('3' as never), 'Semaphore: initial must be a whole number, got "3"'],
    ['a Barrier of nothing', () => new (Barrier as unknown as new () => Barrier)(), 'Barrier: count must be a whole number, got undefined'],
    ['a Barrier with an action that is none', () => new Barrier(1, { action: 5 as never }), 'Barrier: action must be a function, got 5'],
    [
      'a Condition of something else',
      () => new Condition(new Semaphore() as never),
      'Condition: lock must be a Lock or an RLock, got an instance of Semaphore',
    ],
    [
      'a predicate that is none',
      () => new Condition().waitForSync(true as never),
      'Condition.waitForSync: predicate must be a function, got true',
    ],
  ])('%s', (_what, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  test('a predicate, or a function to run, that is none', async () => {
    expect(await failureOf(new Condition().waitFor(1 as never))).toMatchObject({
      name: 'TypeError',
      message: 'Condition.waitFor: predicate must be a function, got 1',
    });
    expect(await failureOf(new RLock().run(1 as never))).toMatchObject({
      name: 'TypeError',
      message: 'RLock.run: expected a function, got number',
    });
  });
});

test.each<[name: string, object: object]>([...Object.entries(objects), ...Object.entries(events)])(
  'a %s does not leave its process',
  (name, object) => {
    expect(() => encodeValue([{ object }], 'args', true, 'process')).toThrow(
      `args[0].object: a ${name} is memory that the threads of one process share; another process can't see it`,
    );
  },
);

test('a subclass is not taken for the class', () => {
  class Mine extends Lock {}
  expect(() => encodeValue([new Mine()], 'args', true, 'thread')).toThrow(/args\[0\]: an instance of Mine/);
});

describe('blocking that could never end', () => {
  const forEver = /would block this thread for ever: no other thread has this/;

  test('is refused of what no other thread has', () => {
    const [lock, rlock, semaphore, event, condition, barrier] = [
      new Lock(),
      new RLock(),
      new Semaphore(0),
      new Event(),
      new Condition(),
      new Barrier(2),
    ];
    lock.acquireSync();
    condition.acquireSync();
    for (const call of [
      () => lock.acquireSync(),
      () => lock.holdSync(Infinity),
      () => semaphore.acquireSync(),
      () => event.waitSync(),
      () => condition.waitSync(),
      () => barrier.waitSync(),
    ]) {
      expect(call).toThrow(forEver);
      expect(call).toThrow(expect.objectContaining({ code: 'HEDDLE_INVALID_STATE' }));
    }
    expect([lock, rlock, semaphore, event, condition, barrier].map(waiting)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([lock.acquireSync(1), event.waitSync(1)]).toEqual([false, false]);
    lock.release();
    expect(lock.tryAcquire()).toBe(true);
  });

  test('is refused when async functions of the thread come first, or hold it', async () => {
    const [lock, rlock] = [new Lock(), new RLock()];
    await threads[0]!.run(() => [lock.tryAcquire(), rlock.tryAcquire()]);
    const first = lock.acquire();
    expect(() => lock.acquireSync()).toThrow(
      'Lock.acquireSync would block this thread for ever: async functions of this thread come before it',
    );
    expect(lock.acquireSync(1)).toBe(false);
    await threads[0]!.run(() => {
      lock.release();
    });
    expect(await first).toBe(true);
    await threads[0]!.run(() => {
      rlock.release();
    });
    await rlock.run(() => undefined);
    await rlock.run(async () => {
      const outside = threads[0]!.run(() => undefined);
      await outside;
    });
    const inside = rlock.run(() => threads[0]!.run(() => rlock.tryAcquire()));
    await Promise.resolve();
    expect(() => rlock.acquireSync()).toThrow(
      'RLock.acquireSync would block this thread for ever: an async function of this thread holds this RLock',
    );
    expect(await inside).toBe(false);
  });

  test('is refused where threads may not block', async () => {
    const lock = new Lock();
    await threads[0]!.run(() => lock.tryAcquire());
    jest.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    expect(() => lock.acquireSync()).toThrow('Lock.acquireSync: this thread may not block; await the form without Sync');
    expect(() => lock.acquireSync(1000)).toThrow(expect.objectContaining({ code: 'HEDDLE_INVALID_STATE' }));
    expect(waiting(lock)).toBe(0);
    const awaited = lock.acquire();
    await untilWaiting(lock, 1);
    await threads[0]!.run(() => {
      lock.release();
    });
    expect(await awaited).toBe(true);
  });
});
