/**
 * Condition, as CPython's lock_tests ask of it.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Condition, Lock, RLock } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';
import { counters, describeCrews, threadsOfFile, untilWaiting, waiting } from './test-support/crews.js';

const threads = threadsOfFile();
const members = [0, 1, 2, 3];

test('has a lock of its own unless given one', async () => {
  const condition = new Condition();
  expect(condition.lock).toBeInstanceOf(Lock);
  expect(await condition.acquire()).toBe(true);
  expect([condition.lock.locked(), condition.tryAcquire(), condition.acquireSync(0)]).toEqual([true, false, false]);
  expect(inspect(condition)).toBe('Condition { locked: true, waiting: 0 }');
  condition.release();
  const lock = new RLock();
  const other = new Condition(lock);
  expect(other.lock).toBe(lock);
  {
    using held = await other.hold();
    using again = other.holdSync();
    expect([held, again]).toHaveLength(2);
    expect(lock.locked()).toBe(true);
  }
  expect(lock.locked()).toBe(false);
});

test('without its lock it can not be used', async () => {
  const message = /has to hold the lock of the Condition; acquire\(\) it first/;
  for (const condition of [new Condition(), new Condition(new RLock())]) {
    for (let i = 0; i < 2; i++) {
      expect(await failureOf(condition.wait())).toMatchObject({
        code: 'HEDDLE_INVALID_STATE',
        message: expect.stringMatching(message) as unknown,
      });
      expect(await failureOf(condition.waitFor(() => false))).toMatchObject({ code: 'HEDDLE_INVALID_STATE' });
      expect(() => condition.waitSync(5)).toThrow(message);
      expect(() => {
        condition.notify();
      }).toThrow(message);
      expect(() => {
        condition.notifyAll();
      }).toThrow(message);
      // It is taken, by somebody else.
      if (i === 0) await threads[0]!.run(() => condition.acquireSync());
    }
    await threads[0]!.run(() => {
      condition.release();
    });
  }
});

describe.each([
  ['a Lock', Lock],
  ['an RLock', RLock],
] as const)('with %s', (_name, Kind) => {
  test('an own wait that nobody ends is over in time, with the lock held', async () => {
    const condition = new Condition(new Kind());
    await condition.acquire();
    expect(await condition.wait({ timeoutMs: 2 })).toBe(false);
    expect(condition.waitSync(2)).toBe(false);
    expect(await condition.wait({ timeoutMs: 0 })).toBe(false);
    expect(condition.lock.locked()).toBe(true);
    condition.release();
    expect(waiting(condition)).toBe(0);
  });
});

describeCrews(threads, ({ forms, run }) => {
  test('notify wakes as many as it says, who have waited longest, and they go on when the lock is free', async () => {
    const condition = new Condition();
    const order = counters(5);
    const all: Promise<unknown>[] = [];
    for (const i of members) {
      all.push(
        run(i, async () => {
          await forms.acquire(condition);
          const isNotified = await forms.wait(condition);
          order[Atomics.add(order, 4, 1)] = i;
          condition.release();
          return isNotified;
        }),
      );
      await untilWaiting(condition, i + 1);
    }
    await condition.acquire();
    condition.notify();
    condition.notify(2);
    expect(waiting(condition)).toBe(1);
    await untilWaiting(condition.lock, 3);
    expect(order[4]).toBe(0);
    condition.release();
    await Promise.all(all.slice(0, 3));
    expect([[...order.subarray(0, 3)].sort(), order[4]]).toEqual([[0, 1, 2], 3]); // woken, they race for the lock
    await condition.acquire();
    condition.notify(5);
    condition.notify();
    condition.notifyAll();
    condition.release();
    expect(await Promise.all(all)).toEqual([true, true, true, true]);
    expect(order[3]).toBe(3);
  });

  test('notifyAll wakes all', async () => {
    const condition = new Condition();
    const all = members.map((i) =>
      run(i, async () => {
        await forms.acquire(condition);
        await forms.wait(condition);
        condition.release();
      }),
    );
    await untilWaiting(condition, 4);
    condition.acquireSync();
    condition.notifyAll();
    condition.release();
    await Promise.all(all);
  });

  test('a notification is not kept for who comes later', async () => {
    const condition = new Condition();
    await condition.acquire();
    condition.notifyAll();
    condition.release();
    expect(
      await run(0, async () => {
        await forms.acquire(condition);
        const isNotified = await forms.wait(condition, 5);
        condition.release();
        return isNotified;
      }),
    ).toBe(false);
  });

  test('conditions of one lock are apart', async () => {
    const lock = new Lock();
    const [full, empty] = [new Condition(lock), new Condition(lock)];
    const waiter = run(0, async () => {
      await forms.acquire(lock);
      await forms.wait(full);
      lock.release();
    });
    await untilWaiting(full, 1);
    await lock.acquire();
    empty.notifyAll();
    expect(waiting(full)).toBe(1);
    full.notify();
    lock.release();
    await waiter;
    expect(lock.locked()).toBe(false);
  });
});

describe('waitFor', () => {
  test.each([
    ['awaits', false],
    ['blocks', true],
  ])('a thread %s until the predicate holds', async (_, isBlocking) => {
    const condition = new Condition();
    const state = counters(1);
    const waiter = threads[0]!.run(async () => {
      const isThere = (): string | false => Atomics.load(state, 0) === 4 && 'four';
      await condition.acquire();
      const answer = isBlocking ? condition.waitForSync(isThere) : await condition.waitFor(isThere);
      condition.release();
      return answer;
    });
    for (let i = 0; i < 4; i++) {
      await untilWaiting(condition, 1);
      await condition.acquire();
      state[0]! += 1;
      condition.notify();
      condition.release();
    }
    expect(await waiter).toBe('four');
  });

  test('gives what the predicate says when the time is over, notified or not', async () => {
    const condition = new Condition();
    await condition.acquire();
    let asked = 0;
    expect(
      await condition.waitFor(
        () => {
          asked += 1;
          return false;
        },
        { timeoutMs: 5 },
      ),
    ).toBe(false);
    expect(asked).toBe(2);
    expect(condition.waitForSync(() => 0, 5)).toBe(0);
    expect(await condition.waitFor(() => 'at once')).toBe('at once');
    condition.release();
  });

  test('what the predicate throws comes out, with the lock held', async () => {
    const condition = new Condition();
    await condition.acquire();
    await expect(
      condition.waitFor(() => {
        throw new Error('odd');
      }),
    ).rejects.toThrow('odd');
    expect(() =>
      condition.waitForSync(() => {
        throw new Error('odd');
      }),
    ).toThrow('odd');
    condition.release();
  });
});

test('an RLock is released entirely while it waits, and taken again as often', async () => {
  const condition = new Condition(new RLock());
  for (let i = 0; i < 3; i++) await condition.acquire();
  const waiter = condition.wait();
  await threads[0]!.run(() => {
    condition.acquireSync();
    condition.notify();
    condition.release();
  });
  expect(await waiter).toBe(true);
  for (let i = 0; i < 3; i++) condition.release();
  expect(condition.lock.locked()).toBe(false);
  expect(() => {
    condition.release();
  }).toThrow(/nobody holds it/);
});

test('a wait that is aborted has the lock again', async () => {
  const condition = new Condition();
  const controller = new AbortController();
  await condition.acquire();
  const waiter = failureOf(condition.wait({ signal: controller.signal }));
  await condition.acquire();
  controller.abort('enough');
  condition.release();
  expect(await waiter).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'enough', message: 'Condition.wait was aborted' });
  expect(condition.lock.locked()).toBe(true);
  condition.release();
});

test('comes back as what it was, with its lock', async () => {
  const condition = new Condition();
  const back = await threads[0]!.run(() => [condition, condition.lock]);
  expect(back[0]).toBe(condition);
  expect(back[1]).toBe(condition.lock);
});
