/** Which workers there are: when they start, when they go, when they are replaced. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { BrokenExecutor } from '@heddle/futures';
import { turn } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import { FakePool, upTo } from '../test-support/fake-pool.js';
import { warningCodes } from '../test-support/warnings.js';

let warnings: string[];
beforeEach(() => {
  warnings = warningCodes();
});

const shortage = Object.assign(new Error('no space left'), { code: 'ENOSPC' });

describe('growth', () => {
  test('a worker for each task that waits, up to maxWorkers; those that start count', async () => {
    const fake = new FakePool({ maxWorkers: 3 });
    await fake.send([1]);
    expect(fake.workers).toHaveLength(1);
    await fake.send([2]);
    expect(fake.workers).toHaveLength(2);
    await fake.send(upTo(5));
    expect(fake.workers).toHaveLength(3);
    expect(fake.pool.statistics().workers).toEqual({ starting: 3, busy: 0, idle: 0, stopping: 0 });
  });

  test('minWorkers at once, and again when one is gone', async () => {
    const fake = new FakePool({ maxWorkers: 3, minWorkers: 2 });
    expect(fake.workers).toHaveLength(2);
    fake.worker(0).ready();
    fake.worker(1).ready();
    fake.worker(0).exit({ exitCode: 1 });
    expect(fake.workers).toHaveLength(3);
    await fake.pool.shutdown({ wait: true });
    expect(fake.alive).toEqual([]);
  });

  test('workers keep the program alive while tasks are pending', async () => {
    const fake = new FakePool({ maxWorkers: 2, minWorkers: 1 });
    const worker = fake.worker(0).ready();
    expect(worker.isReferenced).toBe(false);
    await fake.send(upTo(2));
    expect(fake.workers.map(({ isReferenced }) => isReferenced)).toEqual([true, true]);
    worker.work();
    worker.work();
    expect(fake.workers.map(({ isReferenced }) => isReferenced)).toEqual([false, false]);
  });

  test('a worker that has had its tasks is replaced', async () => {
    const fake = new FakePool({ maxWorkers: 1, maxTasksPerWorker: 2 });
    const futures = await fake.submitAll(upTo(3));
    fake.worker(0).ready();
    fake.worker(0).work();
    fake.worker(0).work();
    await turn();
    expect(fake.worker(0).hasEnded).toBe(true);
    fake.worker(1).ready().work();
    expect(futures.map((future) => future.resultSync())).toEqual([1, 2, 3]);
  });

  test('a worker that asks to be replaced gets no more, and goes when it has nothing to do', async () => {
    const fake = await new FakePool().withReady(1, 0.1);
    const worn = fake.worker(0);
    await fake.send(upTo(3));
    const task = worn.begin();
    worn.say([wire.worn]);
    await turn();
    expect(worn.told(wire.stop)).toHaveLength(0);
    fake.worker(1).ready().work();
    expect(fake.worker(1).firsts).toEqual([2, 3]);
    worn.answer(task);
    expect(worn.told(wire.stop)).toHaveLength(1);
  });
});

describe('a worker that finalizes', () => {
  async function retiring(): Promise<FakePool> {
    const fake = await new FakePool({ maxWorkers: 1, finalizerTimeoutMs: 5000 }).withReady(1);
    fake.worker(0).isObedient = false;
    void fake.pool.shutdown({ wait: false });
    fake.worker(0).say([wire.finalizing]);
    return fake;
  }

  test('has finalizerTimeoutMs in place of the usual time to stop', async () => {
    const fake = await retiring();
    await fake.clock.advance(4999);
    expect([fake.worker(0).signals, warnings]).toEqual([[], []]);
    await fake.clock.advance(2);
    expect([fake.worker(0).signals, warnings]).toEqual([[undefined], ['HEDDLE_FINALIZER_FAILED']]);
  });

  test('and ends in time leaves no timer behind', async () => {
    const fake = await retiring();
    fake.worker(0).exit();
    await turn();
    expect(fake.clock.timers).toBe(0);
  });
});

describe('idle workers', () => {
  test('go when their time is over, down to minWorkers', async () => {
    const fake = await new FakePool({ maxWorkers: 3, minWorkers: 1, idleTimeoutMs: 100 }).withReady(3);
    await fake.clock.advance(99);
    expect(fake.alive).toHaveLength(3);
    await fake.clock.advance(2);
    expect(fake.alive).toHaveLength(1);
    await fake.clock.advance(1000);
    expect(fake.alive).toHaveLength(1);
  });

  test('each has its own time', async () => {
    const fake = await new FakePool({ maxWorkers: 2, idleTimeoutMs: 100 }).withReady(2);
    await fake.clock.advance(60);
    await fake.send([1]);
    const [worker, other] = fake.worker(0).waiting.length > 0 ? [fake.worker(0), fake.worker(1)] : [fake.worker(1), fake.worker(0)];
    worker.work();
    await fake.clock.advance(50);
    expect([worker.hasEnded, other.hasEnded]).toEqual([false, true]);
    await fake.clock.advance(60);
    expect(worker.hasEnded).toBe(true);
  });

  test('the timer that looks for them keeps no program alive', async () => {
    const fake = await new FakePool({ maxWorkers: 1, idleTimeoutMs: 100 }).withReady(1);
    expect([fake.clock.timers, fake.clock.referenced]).toEqual([1, 0]);
  });
});

describe('resize', () => {
  test('fewer: idle workers go at once, the longest idle first', async () => {
    const fake = await new FakePool({ maxWorkers: 3 }).withReady(3);
    await fake.clock.advance(5);
    await fake.send([1]);
    fake.worker(0).work();
    fake.pool.resize(1);
    await turn();
    expect(fake.alive).toEqual([fake.worker(0)]);
  });

  test('fewer: a busy one finishes what it runs, gets nothing more, and goes', async () => {
    const fake = await new FakePool().withReady(2);
    await fake.send(upTo(4));
    const [a, b] = [fake.worker(0), fake.worker(1)];
    const task = a.begin();
    b.begin();
    fake.pool.resize(1);
    expect(a.told(wire.stop)).toHaveLength(0);
    a.answer(task);
    await turn();
    expect([a.hasEnded, b.hasEnded]).toEqual([true, false]);
    expect(fake.workers).toHaveLength(2);
  });

  test('more again: those that were to go stay after all', async () => {
    const fake = await new FakePool().withReady(2);
    await fake.send(upTo(2));
    const task = fake.worker(0).begin();
    fake.worker(1).begin();
    fake.pool.resize(1);
    fake.pool.resize(2);
    fake.worker(0).answer(task);
    await fake.send([3]);
    expect(fake.worker(0).waiting).toEqual([3]);
    expect(fake.workers).toHaveLength(2);
  });

  test('more: new ones start for what waits', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    await fake.send(upTo(5));
    fake.pool.resize(3);
    expect(fake.workers).toHaveLength(3);
  });

  test('one that starts goes before one that works', async () => {
    const fake = await new FakePool({ maxWorkers: 2 }).withReady(1, 100);
    await fake.send(upTo(2));
    expect(fake.workers).toHaveLength(2);
    fake.pool.resize(1);
    await turn();
    expect(fake.alive).toEqual([fake.worker(0)]);
  });
});

describe('a platform that is short of something', () => {
  test('the workers there are do the work; another one is tried after a pause', async () => {
    const fake = await new FakePool({ maxWorkers: 2 }).withReady(1, 100);
    fake.refusal = shortage;
    const futures = await fake.submitAll(upTo(3));
    fake.refusal = undefined;
    await fake.send([4]);
    fake.worker(0).work(100);
    await fake.clock.advance(499);
    expect(fake.workers).toHaveLength(1);
    await fake.clock.advance(2);
    expect(fake.workers).toHaveLength(2);
    expect(futures[0]?.resultSync()).toBe(1);
  });

  test('without any worker it is tried for ten seconds, then the pool is broken', async () => {
    const fake = new FakePool();
    fake.refusal = shortage;
    const [future] = await fake.submitAll([1]);
    await fake.clock.advance(9_900);
    expect(future?.done()).toBe(false);
    await fake.clock.advance(700);
    const reason = await future?.exception();
    expect(reason).toBeInstanceOf(BrokenExecutor);
    expect(String(reason)).toMatch(/too short of something to start a worker, for 10000 ms: no space left/);
    expect(fake.clock.timers).toBe(0);
  });

  test('a worker that is there in time makes it good', async () => {
    const fake = new FakePool();
    fake.refusal = shortage;
    const [future] = await fake.submitAll([1]);
    await fake.clock.advance(5_000);
    fake.refusal = undefined;
    await fake.clock.advance(501);
    fake.worker(0).ready().work();
    expect(future?.resultSync()).toBe(1);
  });

  test('a worker that ends without having begun is no crash', async () => {
    const fake = new FakePool({ deathLimit: { maxDeaths: 0, periodMs: 1000 } });
    const [future] = await fake.submitAll([1]);
    fake.worker(0).exit({ refused: 'short', error: shortage });
    await fake.clock.advance(501);
    fake.worker(1).ready().work();
    expect(future?.resultSync()).toBe(1);
  });

  test('what can never be met breaks the pool at once', async () => {
    const fake = new FakePool();
    fake.refusal = new TypeError('unknown option');
    const [future] = await fake.submitAll([1]);
    expect(String(await future?.exception())).toMatch(/FakePool is broken: .*unknown option/);
    expect(() => fake.submit(2)).toThrow(/FakePool is broken/);
  });
});

describe('workers that do not start', () => {
  test('break the pool when there is no other one', async () => {
    const fake = new FakePool({ startTimeoutMs: 1000 });
    const [future] = await fake.submitAll([1]);
    await fake.clock.advance(1000);
    expect(String(await future?.exception())).toMatch(/worker fake_0 was not ready after 1000 ms .*had not come to its initializer/);
    expect(fake.worker(0).signals.length).toBeGreaterThan(0);
  });

  test('the message says whether the initializer has begun', async () => {
    const fake = new FakePool({ startTimeoutMs: 1000 });
    const [future] = await fake.submitAll([1]);
    fake.worker(0).say([wire.initializing]);
    await fake.clock.advance(1000);
    expect(String(await future?.exception())).toMatch(/its initializer has begun and did not end/);
  });

  test('are replaced when another one is ready', async () => {
    const fake = await new FakePool({ maxWorkers: 2, startTimeoutMs: 1000 }).withReady(1, 100);
    const futures = await fake.submitAll(upTo(3));
    fake.worker(0).begin();
    await fake.clock.advance(1000);
    expect(fake.worker(1).hasEnded).toBe(true);
    await fake.clock.advance(501);
    fake.worker(2).ready().work();
    expect(futures[1]?.resultSync()).toBe(2);
    expect(warnings).toEqual(['HEDDLE_WORKER_NOT_STARTED']);
  });

  test('and do not end either: the pool lets them go after a grace', async () => {
    const fake = await new FakePool({ maxWorkers: 2, startTimeoutMs: 1000 }).withReady(1, 100);
    await fake.send(upTo(2));
    fake.worker(1).isObedient = false;
    fake.worker(0).begin();
    await fake.clock.advance(1000);
    expect(fake.pool.statistics().workers.stopping).toBe(1);
    await fake.clock.advance(2000);
    expect(fake.pool.statistics().workers.stopping).toBe(0);
    expect(fake.worker(1).isReferenced).toBe(false);
  });
});

describe('stop', () => {
  test('shutdown tells idle workers to stop, and ends when they have', async () => {
    const fake = await new FakePool().withReady(2);
    await fake.pool.shutdown({ wait: true });
    expect(fake.workers.map((worker) => [worker.told(wire.stop).length, worker.signals.length])).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(fake.clock.timers).toBe(0);
  });

  test('a worker that does not heed it is ended after a grace', async () => {
    const fake = await new FakePool().withReady(1);
    const worker = fake.worker(0);
    worker.isObedient = false;
    const done = fake.pool.shutdown({ wait: true });
    await fake.clock.advance(1999);
    expect(worker.signals).toEqual([]);
    worker.isObedient = true;
    await fake.clock.advance(1);
    expect(worker.signals).toEqual([undefined]);
    await done;
  });

  test('shutdown lets accepted work be finished first', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const futures = await fake.submitAll(upTo(3));
    const done = fake.pool.shutdown({ wait: true });
    expect(() => fake.submit(4)).toThrow(/after shutdown/);
    const worker = fake.worker(0);
    while (worker.waiting.length > 0) worker.work();
    await done;
    expect(futures.map((future) => future.resultSync())).toEqual([1, 2, 3]);
  });
});
