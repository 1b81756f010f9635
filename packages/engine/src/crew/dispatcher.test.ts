/** Which worker gets which task when. */
import { describe, expect, test } from '@jest/globals';
import { transfer } from '@heddle/serialization';
import { turn } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import { FakePool, upTo } from '../test-support/fake-pool.js';
import { tasksIn } from '../test-support/fake-worker.js';

describe('dispatch', () => {
  test('free workers share what is queued, as one message each', async () => {
    const fake = await new FakePool().withReady(2, 0.1);
    await fake.send(upTo(6));
    expect(fake.workers.map(({ firsts }) => firsts)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    for (const worker of fake.workers) expect(worker.told(wire.run).at(-1)).toHaveLength(2 + 2 * 3);
  });

  test('the worker that was busy last is sent to first', async () => {
    const fake = await new FakePool({ maxWorkers: 3 }).withReady(3);
    for (const i of [2, 0, 1]) {
      await fake.clock.advance(5);
      await fake.send(upTo(3));
      for (const worker of fake.workers) if (worker !== fake.worker(i)) worker.work();
      await fake.clock.advance(1);
      fake.worker(i).work();
      const [future] = await fake.submitAll(['next']);
      expect(fake.worker(i).waiting).toEqual(['next']);
      fake.worker(i).work();
      expect(future?.done()).toBe(true);
    }
  });

  test('a worker that is not measured has one task at a time', async () => {
    const fake = new FakePool({ maxWorkers: 1 });
    await fake.send(upTo(3));
    const worker = fake.worker(0).ready();
    expect(worker.firsts).toEqual([1]);
    worker.work(100); // a long one: the next are sent one by one, too
    expect(worker.firsts).toEqual([1, 2]);
    worker.work(100);
    expect(worker.firsts).toEqual([1, 2, 3]);
  });

  test('tiny tasks fill a window, and it is filled again when half of it is done', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1, 0.1);
    const worker = fake.worker(0);
    await fake.send(upTo(30));
    expect(worker.firsts).toEqual(upTo(20));
    for (let i = 0; i < 9; i++) worker.work(0.1);
    expect(worker.firsts).toHaveLength(20);
    worker.work(0.1);
    expect(worker.firsts).toEqual(upTo(30));
  });

  test('the worker with the least to do is sent to first, when none is free', async () => {
    const fake = await new FakePool().withReady(2, 0.1);
    await fake.send(upTo(8));
    fake.worker(1).work(0.1);
    fake.worker(1).work(0.1);
    await fake.send(['next']);
    expect(fake.worker(1).firsts.at(-1)).toBe('next');
  });

  test('larger priorities first, and in their order within one', async () => {
    const fake = new FakePool({ maxWorkers: 1 });
    void fake.submit('a');
    void fake.submit('low', { priority: -1 });
    void fake.submit('c', { priority: 5 });
    void fake.submit('b');
    void fake.submit('d', { priority: 5 });
    await turn();
    const worker = fake.worker(0).ready();
    while (worker.waiting.length > 0) worker.work(100);
    expect(worker.firsts).toEqual(['c', 'd', 'a', 'b', 'low']);
  });

  test('a task of a larger priority overtakes what was sent ahead', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1, 0.001);
    const worker = fake.worker(0);
    await fake.send(['first', 'second', 'third']);
    const first = worker.begin();
    await fake.send(['equal']);
    expect(worker.waiting).toEqual(['second', 'third', 'equal']);
    void fake.submit('low', { priority: -1 });
    void fake.submit('high', { priority: 1 });
    await turn();
    void fake.submit('between', { priority: 0.5 });
    await turn();
    worker.answer(first);
    const order: unknown[] = [];
    while (fake.pool.statistics().queued > 0) {
      const next = worker.begin();
      order.push(next.args[0]);
      worker.answer(next);
    }
    expect(order).toEqual(['high', 'between', 'second', 'third', 'equal', 'low']);
  });

  test('a task without a priority of its own takes nothing back', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1, 0.001);
    const worker = fake.worker(0);
    await fake.send(['first', 'second']);
    const { length } = worker.firsts;
    await fake.send(['third']);
    expect(worker.firsts.slice(length)).toEqual(['third']);
  });

  test('a burst begins before its tick ends', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1, 0.001);
    for (const value of upTo(63)) void fake.submit(value);
    expect(fake.worker(0).firsts).toEqual([]);
    void fake.submit(64);
    expect(fake.worker(0).firsts).toEqual(upTo(64));
  });

  test('arguments that can not be cloned after all fail their task, and no other', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1, 0.1);
    const worker = fake.worker(0);
    worker.onPost = (message) => {
      if (tasksIn(message).some(({ args }) => args[0] === 'bad')) throw new Error('#<Bad> could not be cloned');
    };
    const [before, bad, after] = await fake.submitAll([1, 'bad', 2]);
    expect(worker.firsts).toEqual([1, 2]);
    expect(String(await bad?.exception())).toMatch(/could not be cloned/);
    worker.work();
    worker.work();
    expect([before?.resultSync(), after?.resultSync()]).toEqual([1, 2]);
    expect(fake.pool.statistics()).toMatchObject({ queued: 0, running: 0 });
  });
});

describe('rebalance', () => {
  test('a free worker gets what is behind a task of a worker that is late', async () => {
    const fake = await new FakePool().withReady(2, 1);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    await fake.send(upTo(4));
    expect([a.firsts, b.firsts]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    a.begin();
    b.work();
    b.work();
    expect(b.waiting).toEqual([2]);
  });

  test('not of one in time; when it keeps them waiting, after all', async () => {
    const fake = await new FakePool().withReady(2, 0.1);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    await fake.send(upTo(4));
    a.begin();
    b.work(0.1);
    b.work(0.1);
    expect(b.waiting).toEqual([]);
    await fake.clock.advance(1);
    expect(b.waiting).toEqual([2]);
  });

  test('a free worker gets half of what waits, from its end', async () => {
    const fake = await new FakePool().withReady(2, 0.1);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    await fake.send(upTo(14));
    a.begin();
    for (let i = 0; i < 7; i++) b.work(0.1);
    expect(b.waiting).toEqual([5, 6, 7]);
    for (let i = 0; i < 3; i++) b.work(0.1);
    expect(b.waiting).toEqual([]); // three tiny ones are soon done
    await fake.clock.advance(1);
    expect(b.waiting).toEqual([3, 4]);
  });

  test('a worker that has begun nothing is about to receive it: that takes longer', async () => {
    const fake = await new FakePool().withReady(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    const [first] = await fake.submitAll(upTo(2));
    b.work();
    await fake.clock.advance(9);
    expect(b.waiting).toEqual([]);
    await fake.clock.advance(2);
    expect(b.waiting).toEqual([1]);
    b.work();
    expect(first?.resultSync()).toBe(1);
    expect(() => a.begin()).toThrow('has no task'); // its copy was withdrawn
  });

  test('what is taken from a worker goes to others, though it was busy last', async () => {
    const fake = await new FakePool().withReady(2);
    await fake.clock.advance(5);
    const [quiet, b] = [fake.worker(0), fake.worker(1)];
    await fake.send(upTo(2));
    b.work();
    await fake.clock.advance(1);
    quiet.work();
    await fake.send(['next']);
    expect(quiet.waiting).toEqual(['next']);
    await fake.send(['other']);
    b.work();
    await fake.clock.advance(12);
    expect(b.waiting).toEqual(['next']);
  });

  test('a task that was moved stays longer each time', async () => {
    const fake = await new FakePool().withReady(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    await fake.send(upTo(2));
    b.work();
    await fake.clock.advance(11);
    expect(b.waiting).toEqual([1]);
    a.passOver();
    await fake.clock.advance(38);
    expect(a.waiting).toEqual([]);
    await fake.clock.advance(4);
    expect(a.waiting).toEqual([1]);
    await fake.clock.advance(150);
    expect(a.waiting).toEqual([1]);
  });

  test('a task that is claimed while it is taken back stays, and runs once', async () => {
    const fake = await new FakePool().withReady(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    const futures = await fake.submitAll(upTo(4));
    const first = a.begin();
    a.ledger.onWithdraw = (ticket) => void a.ledger.claim(ticket);
    b.work();
    b.work();
    expect(b.firsts).toEqual([3, 4]);
    a.answer(first, 1);
    a.answer(a.tasks[1]!, 2);
    expect(futures.map((future) => future.resultSync())).toEqual(upTo(4));
  });

  test('moved arguments are gone: such a task stays where it was sent', async () => {
    const fake = await new FakePool().withReady(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    await fake.send(upTo(2));
    const first = a.begin();
    const bytes = new Uint8Array(8);
    const moved = fake.call(Math.abs, [transfer(bytes, [bytes.buffer])]);
    expect(a.tasks).toHaveLength(2);
    b.work();
    await fake.clock.advance(100);
    expect(b.firsts).toEqual([2]);
    a.answer(first, 0);
    a.work();
    expect(moved.done()).toBe(true);
  });
});

describe('workers that are stuck', () => {
  test('a worker that tells nothing while tasks wait behind it gets another one beside it', async () => {
    const fake = await new FakePool().withReady(1);
    await fake.send(upTo(2));
    expect(fake.worker(0).firsts).toEqual([1, 2]);
    fake.worker(0).begin();
    await fake.clock.advance(9);
    expect(fake.workers).toHaveLength(1);
    await fake.clock.advance(1);
    expect(fake.workers).toHaveLength(2);
    fake.worker(1).ready();
    expect(fake.worker(1).waiting).toEqual([2]);
  });

  test('not as long as it answers', async () => {
    const fake = await new FakePool().withReady(1);
    await fake.send(upTo(20));
    for (let i = 0; i < 18; i++) {
      await fake.clock.advance(5);
      fake.worker(0).work(1);
    }
    const started = fake.workers.length;
    await fake.clock.advance(5);
    expect(started).toBeLessThanOrEqual(2);
    expect(fake.workers).toHaveLength(started);
  });

  test('what it told while the caller was busy is read first', async () => {
    const fake = await new FakePool().withReady(1);
    await fake.send(upTo(2));
    const worker = fake.worker(0);
    fake.clock.block(1000);
    setImmediate(() => {
      worker.work();
      worker.work();
    });
    await fake.clock.advance(0);
    expect(fake.workers).toHaveLength(1);
  });

  test('no more than maxWorkers', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    await fake.send(upTo(4));
    fake.worker(0).begin();
    await fake.clock.advance(1000);
    expect(fake.workers).toHaveLength(1);
    expect(fake.clock.timers).toBe(0);
  });
});

test('taking back passes over what the worker has claimed, and keeps the order', async () => {
  const fake = await new FakePool().withReady(2, 0.1);
  await fake.send(upTo(8));
  const [a, b] = [fake.worker(0), fake.worker(1)];
  const claimed = a.begin();
  fake.pool.resize(1); // `a` has as much to do, and was there first
  expect(b.firsts).toEqual([5, 6, 7, 8, 2, 3, 4]);
  a.answer(claimed, 0);
  expect(a.told(wire.stop)).toHaveLength(1);
});
