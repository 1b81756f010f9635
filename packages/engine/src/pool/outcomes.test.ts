/** What tasks come to, also while callbacks of others do something about the pool. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ShutdownError, WorkerDiedError, type Future } from '@heddle/futures';
import { encodeValue } from '@heddle/serialization';
import { turn } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import { FakePool, upTo } from '../test-support/fake-pool.js';
import type { FakeWorker } from '../test-support/fake-worker.js';
import { warningCodes } from '../test-support/warnings.js';

let warnings: string[];
beforeEach(() => {
  warnings = warningCodes();
});

/** Answers for several tasks in one message. */
function answerAll(worker: FakeWorker, count: number): void {
  const results = Array.from({ length: count }, () => worker.begin()).flatMap(({ ticket, args }) => [
    wire.resultCode(ticket, wire.succeeded),
    args[0],
  ]);
  worker.ledger.running = 0;
  worker.say([wire.results, 1, ...results]);
}

async function oneWorker(count: number): Promise<{ fake: FakePool; worker: FakeWorker; futures: Future<unknown>[] }> {
  const fake = await new FakePool({ maxWorkers: 1 }).withReady(1, 0.1);
  return { fake, worker: fake.worker(0), futures: await fake.submitAll(upTo(count)) };
}

describe('outcomes', () => {
  test('a value, a failure, and what the statistics say of them', async () => {
    const { fake, worker, futures } = await oneWorker(3);
    worker.work();
    worker.fail(worker.begin(), 'a string is thrown');
    expect(futures[0]?.resultSync()).toBe(1);
    expect(await futures[1]?.exception()).toBe('a string is thrown');
    worker.begin();
    expect(futures[2]?.running()).toBe(true);
    expect(fake.pool.statistics()).toMatchObject({ finished: 2, failed: 1, running: 1, queued: 0 });
  });

  test('an error keeps its text and says where the task was submitted', async () => {
    const { fake, worker } = await oneWorker(0);
    const future = fake.submit(1);
    await turn();
    const task = worker.begin();
    const { value } = encodeValue(new RangeError('too much'), 'thrown value', false, 'thread');
    worker.say([wire.results, 1, wire.resultCode(task.ticket, wire.failed | wire.encodedResult), value]);
    const error = (await future.exception()) as Error;
    expect([error.name, error.message]).toEqual(['RangeError', 'too much']);
    expect(error.stack).toMatch(/outcomes\.test\.ts/);
  });

  test('a chunk that is answered with something else fails', async () => {
    const { fake, worker } = await oneWorker(0);
    const future = fake.pool.accept({ kind: 'chunk', fn: Math.abs, args: [1, 2], items: [1, 2], spread: false, options: {} } as never);
    await turn();
    worker.answer(worker.begin(), [1, 2]);
    expect(String(await future.exception())).toMatch(/answered a chunk of a map with something else/);
  });

  test('what a worker skips without having been asked to is sent again', async () => {
    const { worker, futures } = await oneWorker(1);
    worker.skip(worker.begin());
    await turn();
    expect(worker.waiting).toEqual([1]);
    worker.work();
    expect(futures[0]?.resultSync()).toBe(1);
  });

  test('a second answer for a task changes nothing', async () => {
    const { fake, worker, futures } = await oneWorker(2);
    const task = worker.begin();
    worker.answer(task, 'first');
    worker.answer(task, 'second');
    expect(futures[0]?.resultSync()).toBe('first');
    worker.work();
    expect(futures[1]?.resultSync()).toBe(2);
    expect(fake.pool.statistics()).toMatchObject({ queued: 0, running: 0 });
  });

  test('a process that answers for tasks it does not have is not believed', () => {
    const fake = new FakePool({ maxWorkers: 1 }, { destination: 'process' });
    void fake.submit(1);
    return turn().then(() => {
      const worker = fake.worker(0).ready();
      expect(() => worker.say([wire.results, 1, wire.resultCode(9, wire.succeeded), 1])).toThrow(
        /answered for a task that it does not have/,
      );
    });
  });

  test('progress is told while the task is in flight', async () => {
    const { fake, worker } = await oneWorker(0);
    const told: unknown[] = [];
    const future = fake.submit(1, { onProgress: (value) => told.push(value) });
    await turn();
    const task = worker.begin();
    worker.say([wire.progress, task.ticket, 'half', false]);
    worker.answer(task, 1);
    worker.say([wire.progress, task.ticket, 'late', false]);
    expect(told).toEqual(['half']);
    expect(future.done()).toBe(true);
  });
});

describe('callbacks while results are settled', () => {
  test('see each future in its turn, and submit more', async () => {
    const { fake, worker, futures } = await oneWorker(3);
    const log: unknown[] = [];
    const more: Future<unknown>[] = [];
    for (const future of futures)
      future.addDoneCallback(() => {
        log.push(futures.map((each) => each.done()));
        more.push(fake.submit(`more ${String(more.length)}`));
      });
    answerAll(worker, 3);
    expect(log).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
    await turn();
    answerAll(worker, 3);
    expect(more.map((future) => future.resultSync())).toEqual(['more 0', 'more 1', 'more 2']);
  });

  test('one that throws is told, and the others are settled', async () => {
    const { worker, futures } = await oneWorker(2);
    futures[0]?.addDoneCallback(() => {
      throw new Error('of the user');
    });
    answerAll(worker, 2);
    expect(futures.map((future) => future.done())).toEqual([true, true]);
    await turn();
    expect(warnings).toEqual(['HEDDLE_CALLBACK_THREW']);
  });

  test('a cancel of one whose result is in the same message comes too late, since it has been claimed', async () => {
    const { worker, futures } = await oneWorker(2);
    futures[0]?.addDoneCallback(() => futures[1]?.cancel());
    answerAll(worker, 2);
    expect(futures[1]?.resultSync()).toBe(2);
  });

  test('a cancel of one that waits withdraws it', async () => {
    const { fake, worker, futures } = await oneWorker(2);
    futures[0]?.addDoneCallback(() => futures[1]?.cancel());
    worker.work();
    expect(futures[1]?.cancelled()).toBe(true);
    worker.passOver();
    expect(fake.pool.statistics()).toMatchObject({ cancelled: 1, queued: 0 });
  });

  test('a shutdown among them lets the others be settled, and the workers go', async () => {
    const { fake, worker, futures } = await oneWorker(3);
    let done: Promise<void> | undefined;
    futures[0]?.addDoneCallback(() => {
      done = fake.pool.shutdown({ wait: true });
    });
    answerAll(worker, 2);
    expect(() => fake.submit(4)).toThrow(ShutdownError);
    worker.work();
    await done;
    expect(futures.map((future) => future.resultSync())).toEqual([1, 2, 3]);
    expect(worker.hasEnded).toBe(true);
  });

  test('a shutdown that cancels takes back what has not begun', async () => {
    const { fake, worker, futures } = await oneWorker(3);
    let done: Promise<void> | undefined;
    futures[0]?.addDoneCallback(() => {
      done = fake.pool.shutdown({ wait: true, cancelFutures: true });
    });
    worker.work();
    await done;
    expect(futures.map(({ state }) => state)).toEqual(['finished', 'cancelled', 'cancelled']);
  });

  test('ends of all workers among them: what was answered stands', async () => {
    const { fake, worker, futures } = await oneWorker(3);
    let done: Promise<void> | undefined;
    futures[0]?.addDoneCallback(() => {
      done = fake.pool.end('SIGKILL', 'killWorkers', 5000);
    });
    answerAll(worker, 2);
    await done;
    expect(futures[1]?.resultSync()).toBe(2);
    expect(String(await futures[2]?.exception())).toMatch(/forcefully shut down \(killWorkers\)/);
    expect(worker.signals).toEqual(['SIGKILL']);
  });
});

describe('a caller that blocks', () => {
  const bell = (fake: () => FakePool, work: () => void): object => ({
    pollsPerLook: 1,
    bell: () => 0,
    startSpinning: () => false,
    stopSpinning: () => undefined,
    sleep: (_seen: number, timeoutMs: number) => {
      fake().clock.block(Math.max(timeoutMs, 0.01));
      work();
    },
  });

  test('sends, hears and settles without its event loop; callbacks of others wait', () => {
    let worked = 0;
    const fake: FakePool = new FakePool(
      { maxWorkers: 1 },
      {
        bell: bell(
          () => fake,
          () => {
            const worker = fake.worker(0);
            worked += 1;
            worker.onReceive = () => {
              worker.onReceive = () => undefined;
              if (worked === 1) worker.ready();
              else if (worker.waiting.length > 0) worker.work();
            };
          },
        ) as never,
      },
    );
    const log: string[] = [];
    const first = fake.submit(1);
    first.addDoneCallback(() => log.push('first'));
    const second = fake.submit(2);
    expect(second.resultSync()).toBe(2);
    expect([first.done(), log]).toEqual([true, []]);
    return turn().then(() => {
      expect(log).toEqual(['first']);
    });
  });

  test('gives up when its time is over, and the task goes on', async () => {
    const fake: FakePool = new FakePool(
      { maxWorkers: 1 },
      {
        bell: bell(
          () => fake,
          () => undefined,
        ) as never,
      },
    );
    const future = fake.submit(1);
    const before = fake.clock.now();
    expect(() => future.resultSync(50)).toThrow(/50 ms/);
    expect(fake.clock.now() - before).toBeGreaterThanOrEqual(50);
    fake.worker(0).ready().work();
    expect(await future).toBe(1);
  });

  test('without a bell nobody can block', () => {
    const fake = new FakePool({ maxWorkers: 1 });
    const future = fake.submit(1);
    expect(() => future.resultSync()).toThrow(/can only be heard through the event loop/);
  });
});

test('what a worker had claimed fails when it dies; the rest runs elsewhere', async () => {
  const { fake, worker, futures } = await oneWorker(3);
  worker.begin();
  worker.exit({ exitCode: 7 });
  const error = await futures[0]?.exception();
  expect(error).toBeInstanceOf(WorkerDiedError);
  expect(String(error)).toMatch(/worker fake_0 ended with exit code 7 while it ran task "abs"/);
  const next = fake.worker(1).ready();
  next.work();
  next.work();
  expect([futures[1]?.resultSync(), futures[2]?.resultSync()]).toEqual([2, 3]);
});
