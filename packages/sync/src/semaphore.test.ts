/**
 * Semaphore and BoundedSemaphore, as CPython's lock_tests ask of both.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { BoundedSemaphore, Semaphore } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';
import { counters, describeCrews, threadsOfFile, untilWaiting, waiting } from './test-support/crews.js';

const threads = threadsOfFile();
const members = [0, 1, 2, 3];

describe.each([
  ['Semaphore', Semaphore],
  ['BoundedSemaphore', BoundedSemaphore],
] as const)('%s', (name, Kind) => {
  test('can be acquired once unless told', () => {
    const semaphore = new Kind();
    expect(semaphore.tryAcquire()).toBe(true);
    expect(semaphore.tryAcquire()).toBe(false);
    semaphore.release();
    expect(semaphore.acquireSync()).toBe(true);
  });

  test('is acquired as often as there is something', async () => {
    const semaphore = new Kind(7);
    for (let i = 0; i < 2; i++) expect(await semaphore.acquire()).toBe(true);
    for (let i = 0; i < 2; i++) expect(semaphore.acquireSync()).toBe(true);
    for (let i = 0; i < 3; i++) expect(semaphore.tryAcquire()).toBe(true);
    expect(semaphore.tryAcquire()).toBe(false);
    expect(await semaphore.acquire({ timeoutMs: 0 })).toBe(false);
    expect(semaphore.acquireSync(0)).toBe(false);
    expect(await semaphore.acquire({ timeoutMs: 2 })).toBe(false);
    expect(semaphore.acquireSync(2)).toBe(false);
    semaphore.release(7);
    expect(inspect(semaphore)).toBe(`${name} { value: 7, waiting: 0 }`);
  });

  test('of none has to be released first', async () => {
    const semaphore = new Semaphore(0);
    const acquired = semaphore.acquire();
    expect(waiting(semaphore)).toBe(1);
    semaphore.release();
    expect(await acquired).toBe(true);
    expect(semaphore.tryAcquire()).toBe(false);
  });

  test('is held until the end of a block', async () => {
    const semaphore = new Kind(2);
    const failing = async (): Promise<void> => {
      using a = await semaphore.hold();
      using b = semaphore.holdSync();
      expect([semaphore.tryAcquire(), a === b]).toEqual([false, false]);
      expect(await failureOf(semaphore.hold({ timeoutMs: 1 }))).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
      expect(() => semaphore.holdSync(1)).toThrow(`${name}.holdSync waited for longer than 1 ms`);
      throw new Error('amid');
    };
    await expect(failing()).rejects.toThrow('amid');
    expect(inspect(semaphore)).toBe(`${name} { value: 2, waiting: 0 }`);
  });

  describeCrews(threads, ({ forms, run }) => {
    test('no more than that have it at a time', async () => {
      const semaphore = new Kind(2);
      const count = counters(2);
      await Promise.all(
        members.map((i) =>
          run(i, async () => {
            for (let n = 0; n < 100; n++) {
              await forms.acquire(semaphore);
              if (Atomics.add(count, 0, 1) > 1) Atomics.add(count, 1, 1);
              if (n % 10 === 0) await Promise.resolve();
              Atomics.sub(count, 0, 1);
              semaphore.release();
            }
          }),
        ),
      );
      expect([...count]).toEqual([0, 0]);
      expect(inspect(semaphore)).toBe(`${name} { value: 2, waiting: 0 }`);
    });

    test('what is released goes to those who have waited longest, and what is left to anybody', async () => {
      const semaphore = new Kind(3);
      for (let i = 0; i < 3; i++) semaphore.tryAcquire();
      const order = counters(5);
      const all = [];
      for (const i of members) {
        all.push(
          run(i, async () => {
            await forms.acquire(semaphore);
            order[Atomics.add(order, 4, 1)] = i;
          }),
        );
        await untilWaiting(semaphore, i + 1);
      }
      semaphore.release(1);
      await all[0];
      expect(waiting(semaphore)).toBe(3);
      expect(semaphore.tryAcquire()).toBe(false);
      semaphore.release(2);
      await Promise.all(all.slice(0, 3));
      expect([order[0], order[4]]).toEqual([0, 3]);
      expect(waiting(semaphore)).toBe(1);
      semaphore.release(3);
      await all[3];
      expect(inspect(semaphore)).toBe(`${name} { value: 2, waiting: 0 }`);
    });

    test('who has waited too long takes nothing', async () => {
      const semaphore = new Kind(1);
      await semaphore.acquire();
      expect(await run(0, () => forms.acquire(semaphore, 5))).toBe(false);
      semaphore.release();
      expect(semaphore.tryAcquire()).toBe(true);
    });
  });

  test('comes back as what it was, and goes as what it is', async () => {
    const semaphore = new Kind(3);
    expect(await threads[0]!.run(() => semaphore)).toBe(semaphore);
    expect(await threads[0]!.run(() => semaphore.constructor.name)).toBe(name);
  });
});

test('a Semaphore can be released more often than acquired', () => {
  const semaphore = new Semaphore(0);
  semaphore.release(2);
  semaphore.release();
  expect(inspect(semaphore)).toBe('Semaphore { value: 3, waiting: 0 }');
});

describe('a BoundedSemaphore', () => {
  test('can not be released more often than acquired, here or elsewhere', async () => {
    const semaphore = new BoundedSemaphore(2);
    const tooOften = /BoundedSemaphore.release: it was released more often than acquired/;
    expect(() => {
      semaphore.release();
    }).toThrow(tooOften);
    semaphore.tryAcquire();
    expect(() => {
      semaphore.release(2);
    }).toThrow(RangeError);
    semaphore.tryAcquire();
    semaphore.release(2);
    expect(
      await failureOf(
        threads[0]!.run(() => {
          semaphore.release();
        }),
      ),
    ).toMatchObject({ name: 'RangeError', message: expect.stringMatching(tooOften) as unknown });
    expect(inspect(semaphore)).toBe('BoundedSemaphore { value: 2, waiting: 0 }');
  });

  test('who waits has not acquired', async () => {
    const semaphore = new BoundedSemaphore(1);
    semaphore.tryAcquire();
    const waiter = semaphore.acquire();
    expect(() => {
      semaphore.release(2);
    }).toThrow(RangeError);
    semaphore.release();
    expect(await waiter).toBe(true);
  });
});
