import { describe, expect, test } from '@jest/globals';
import { Event, Lock } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';
import { TestThread } from './test-support/test-thread.js';
import { withThreads } from './test-support/with-threads.js';

test('one thread', async () => {
  const lock = new Lock();
  expect(await lock.acquire()).toBe(true);
  const order: number[] = [];
  const all = [1, 2, 3].map(async (n) => { await lock.acquire(); order.push(n); lock.release(); });
  lock.release();
  await Promise.all(all);
  expect(order).toEqual([1, 2, 3]);
});

test('threads', async () => {
  await withThreads(2, async (a, b) => {
    const lock = new Lock();
    const there = new Event();
    const count = new Int32Array(new SharedArrayBuffer(4));
    const work = async () => { there.set(); for (let i = 0; i < 1000; i++) { lock.acquireSync(); count[0]! += 1; lock.release(); } };
    const works = [a.run(work), b.run(work)];
    await there.wait();
    for (let i = 0; i < 1000; i++) { await lock.acquire(); count[0]! += 1; lock.release(); }
    await Promise.all(works);
    expect(count[0]).toBe(3000);
  });
});

test('identity', async () => {
  await withThreads(1, async (a) => {
    const lock = new Lock();
    expect(await a.run((l) => l, lock)).toBe(lock);
  });
});

test('death', async () => {
  const lock = new Lock();
  const a = new TestThread();
  await a.run(() => lock.acquireSync());
  const waiting = failureOf(lock.acquire());
  const t = performance.now();
  await a.terminate();
  expect(await waiting).toMatchObject({ code: 'HEDDLE_ABANDONED_LOCK' });
  console.log(performance.now() - t);
  expect(() => lock.acquireSync()).toThrow(/abandoned/);
});
