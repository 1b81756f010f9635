/** A caller that watches for a single answer: never longer than it pays. */
import { describe, expect, test } from '@jest/globals';
import { type ManualClock, turn } from '@heddle/testkit/support';
import { FakePool } from '../test-support/fake-pool.js';
import type { FakeWorker } from '../test-support/fake-worker.js';

/** A pool of one worker that is awake. It answers while it is watched, when `answers` says so. */
async function awake(): Promise<{
  fake: FakePool;
  worker: FakeWorker;
  clock: ManualClock;
  looks: { count: number };
  answers: { isOn: boolean };
}> {
  const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
  const worker = fake.worker(0);
  const looks = { count: 0 };
  const answers = { isOn: true };
  let told = worker.ledger.posted;
  worker.ledger.isWorkerAwake = true;
  worker.ledger.watchMs = 0.02;
  Object.defineProperty(worker.ledger, 'posted', {
    get: () => {
      looks.count += 1;
      fake.clock.block(0.001);
      // The second look is the first of the watch: the other one is before the task is posted.
      return answers.isOn && looks.count > 1 ? told + 1 : told;
    },
    set: (value: number) => {
      told = value;
    },
  });
  worker.onReceive = () => {
    if (worker.waiting.length > 0) worker.work();
  };
  return { fake, worker, clock: fake.clock, looks, answers };
}

describe('AnswerWatch', () => {
  test('an answer that is there at once is taken before the event loop turns', async () => {
    const { fake } = await awake();
    const future = fake.submit(1);
    await Promise.resolve();
    await Promise.resolve();
    expect(future.done()).toBe(true);
  });

  test('not of a worker that sleeps, nor with other tasks in flight', async () => {
    const { fake, worker, looks } = await awake();
    worker.ledger.isWorkerAwake = false;
    const first = fake.submit(1);
    await Promise.resolve();
    expect([first.done(), looks.count]).toEqual([false, 1]);
    worker.ledger.isWorkerAwake = true;
    const second = fake.submit(2);
    await Promise.resolve();
    await Promise.resolve();
    expect(second.done()).toBe(false);
    worker.work();
    worker.work();
    await turn();
  });

  test('too many misses end it for a while', async () => {
    const { fake, worker, looks, answers } = await awake();
    answers.isOn = false;
    const counts: number[] = [];
    for (let i = 0; i < 8; i++) {
      looks.count = 0;
      void fake.submit(i);
      await turn();
      counts.push(looks.count);
      worker.work();
    }
    expect(counts.slice(0, 5).every((count) => count > 10)).toBe(true);
    expect(counts.slice(5).every((count) => count <= 2)).toBe(true);
  });
});
