/** Workers that end: what becomes of their tasks, and of the pool. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { BrokenExecutor, ShutdownError, WorkerDiedError } from '@heddle/futures';
import { encodeValue, transfer } from '@heddle/serialization';
import { turn } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import { FakePool, upTo } from '../test-support/fake-pool.js';
import { warningCodes } from '../test-support/warnings.js';

let warnings: string[];
beforeEach(() => {
  warnings = warningCodes();
});

const encoded = (error: Error): unknown => encodeValue(error, 'thrown value', false, 'thread').value;

describe('a death', () => {
  test('between the claim and the answer: the task fails and is not run again', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const [future] = await fake.submitAll([1]);
    fake.worker(0).begin();
    fake.worker(0).exit({ signal: 'SIGKILL', pid: 42 });
    const error = (await future?.exception()) as WorkerDiedError;
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error.message).toMatch(/worker fake_0 \(pid 42\) was ended by SIGKILL while it ran task "abs"; the task was not run again/);
    await turn();
    expect(fake.workers).toHaveLength(1);
  });

  test('before the claim: the tasks go to others, in their order and before the rest', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const futures = await fake.submitAll(upTo(4));
    expect(fake.worker(0).firsts).toEqual([1, 2]);
    fake.worker(0).exit({ exitCode: 1 });
    const next = fake.worker(1).ready();
    while (next.waiting.length > 0) next.work(100);
    expect(next.firsts).toEqual([1, 2, 3, 4]);
    expect(futures.map((future) => future.resultSync())).toEqual([1, 2, 3, 4]);
  });

  test('before the claim of moved arguments: that task fails', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const bytes = new Uint8Array(8);
    const moved = fake.call(Math.abs, [transfer(bytes, [bytes.buffer])]);
    const [other] = await fake.submitAll([1]);
    fake.worker(0).exit({ exitCode: 1 });
    expect(String(await moved.exception())).toMatch(/before it ran task "abs", whose moved arguments \(transfer\) are gone with it/);
    fake.worker(1).ready().work();
    expect(other?.resultSync()).toBe(1);
  });

  test('its last words are the cause', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const [future] = await fake.submitAll([1]);
    const worker = fake.worker(0);
    worker.begin();
    worker.say([wire.crashed, encoded(new RangeError('out of range'))]);
    worker.exit({ exitCode: 1 });
    const error = (await future?.exception()) as Error;
    expect(error.message).toMatch(/: RangeError: out of range; the task was not run again/);
    expect(error.cause).toMatchObject({ message: 'out of range' });
  });

  test('a callback of one lost task that cancels another comes too late', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const [a, b] = await fake.submitAll(upTo(2));
    const worker = fake.worker(0);
    worker.suspend(worker.begin());
    worker.begin();
    a?.addDoneCallback(() => b?.cancel());
    worker.exit({ exitCode: 1 });
    expect([await a?.exception(), await b?.exception()].map((each) => each instanceof WorkerDiedError)).toEqual([true, true]);
  });

  test('a callback that submits gets another worker', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const [future] = await fake.submitAll([1]);
    let again: PromiseLike<unknown> | undefined;
    future?.addDoneCallback(() => {
      again = fake.submit(2);
    });
    fake.worker(0).begin();
    fake.worker(0).exit({ exitCode: 1 });
    await turn();
    fake.worker(1).ready().work();
    expect(await again).toBe(2);
  });

  test('while shut down: the rest is finished by another one', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const futures = await fake.submitAll(upTo(2));
    const done = fake.pool.shutdown({ wait: true });
    fake.worker(0).begin();
    fake.worker(0).exit({ exitCode: 1 });
    fake.worker(1).ready().work();
    await done;
    expect([await futures[0]?.exception(), futures[1]?.resultSync()]).toEqual([expect.any(WorkerDiedError), 2]);
  });
});

describe('too many deaths', () => {
  const deathLimit = { maxDeaths: 1, periodMs: 1000 };

  test('break the pool: every future gets an error of its own, and the workers go', async () => {
    const fake = await new FakePool({ maxWorkers: 2, deathLimit }).withReady(2, 100);
    const futures = await fake.submitAll(upTo(4));
    fake.worker(0).begin();
    fake.worker(1).begin();
    fake.worker(0).exit({ exitCode: 1 });
    expect(fake.workers).toHaveLength(3);
    fake.worker(2).exit({ exitCode: 1 });
    const errors = await Promise.all(futures.map((future) => future.exception()));
    expect(errors[0]).toBeInstanceOf(WorkerDiedError);
    for (const error of errors.slice(1)) expect(error).toBeInstanceOf(BrokenExecutor);
    expect(new Set(errors).size).toBe(4);
    await turn();
    expect(fake.alive).toEqual([]);
    expect(warnings).toEqual(['HEDDLE_BROKEN']);
    await fake.pool.shutdown({ wait: true });
    expect(fake.clock.timers).toBe(0);
  });

  test('a callback of a lost task knows already that nothing is accepted', async () => {
    const fake = await new FakePool({ maxWorkers: 1, deathLimit: { maxDeaths: 0, periodMs: 1000 } }).withReady(1);
    const [future] = await fake.submitAll([1]);
    let refusal: unknown;
    future?.addDoneCallback(() => {
      try {
        void fake.submit(2);
      } catch (error) {
        refusal = error;
      }
    });
    fake.worker(0).begin();
    fake.worker(0).exit({ exitCode: 1 });
    expect(refusal).toBeInstanceOf(BrokenExecutor);
    expect(refusal).not.toBeInstanceOf(ShutdownError);
  });

  test('not when they are far apart', async () => {
    const fake = await new FakePool({ maxWorkers: 1, minWorkers: 1, deathLimit }).withReady(1);
    for (let i = 0; i < 5; i++) {
      fake.worker(i).exit({ exitCode: 1 });
      fake.worker(i + 1).ready();
      await fake.clock.advance(1001);
    }
    const [future] = await fake.submitAll([1]);
    fake.worker(5).work();
    expect(future?.resultSync()).toBe(1);
  });
});

test('an initializer that fails breaks the pool, with its error as the cause', async () => {
  const fake = new FakePool({ maxWorkers: 2 });
  const futures = await fake.submitAll(upTo(2));
  fake.worker(0).say([wire.initializerFailed, encoded(new TypeError('not ready for this'))]);
  for (const future of futures) {
    const error = (await future.exception()) as Error;
    expect(error).toBeInstanceOf(BrokenExecutor);
    expect(error.cause).toMatchObject({ message: 'not ready for this' });
  }
  await turn();
  expect(fake.alive).toEqual([]);
});
