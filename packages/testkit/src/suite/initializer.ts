import assert from 'node:assert/strict';
import { isHeddleError } from '@heddle/futures';
import { setMarkLater } from '../async-tasks.js';
import { heddleError, namedError, rejection, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import { hangSecond, identity, readMark, setMark } from '../tasks.js';
import { warningsOf } from '../warnings.js';

/** More time than the start of a worker takes, in milliseconds. */
const startTimeoutMs = 2500;

export function initializerTests({ given, brokenCode }: Suite): void {
  const { test } = given('initializer', 'parallel');

  test('it runs in each worker before its first task, with its arguments', async (t) => {
    const executor = t.executor({ maxWorkers: 2, initializer: setMark, initargs: ['initialized'] });
    const marks = await Promise.all(Array.from({ length: 20 }, () => executor.submit(readMark)));
    assert.deepEqual(new Set(marks), new Set(['initialized']));
  });

  test('an async one is awaited', async (t) => {
    const executor = t.executor({ maxWorkers: 1, initializer: setMarkLater, initargs: ['later'] });
    assert.equal(await executor.submit(readMark), 'later');
  });

  for (const kind of ['throws', 'rejects'] as const) {
    test(`one that ${kind} breaks the executor: each future has its own error, with the cause`, async (t) => {
      const fail = (): never => {
        throw new RangeError('no database');
      };
      // eslint-disable-next-line @typescript-eslint/require-await -- it is to be async
      const failLater = async (): Promise<never> => {
        throw new RangeError('no database');
      };
      const executor = t.executor({ maxWorkers: 2, initializer: kind === 'throws' ? fail : failLater });
      const futures = Array.from({ length: 5 }, (_, i) => executor.submit(identity, i));
      const errors = await Promise.all(futures.map((future) => rejection(future)));
      for (const error of errors) namedError(heddleError(error, brokenCode).cause, 'RangeError', /^no database$/);
      assert.equal(new Set(errors).size, 5);
      const refused = heddleError(
        thrown(() => executor.submit(identity, 1)),
        brokenCode,
      );
      namedError(refused.cause, 'RangeError', /^no database$/);
      heddleError(await rejection((async () => await executor.map(identity, [1]).toArray())()), brokenCode);
      assert.equal(executor.statistics().state, 'broken');
      await executor.shutdown();
    });
  }

  test('who cancels the other futures in a callback of the first that fails comes too late: all have the error', async (t) => {
    const executor = t.executor({
      maxWorkers: 1,
      initializer: () => {
        throw new RangeError('no database');
      },
    });
    const futures = Array.from({ length: 5 }, (_, i) => executor.submit(identity, i));
    const answers: boolean[] = [];
    futures[0]?.addDoneCallback(() => {
      answers.push(...futures.slice(1).map((future) => future.cancel()));
    });
    for (const future of futures) heddleError(await rejection(future), brokenCode);
    assert.deepEqual(answers, [false, false, false, false]);
    assert.equal(executor.statistics().failed, 5);
  });

  test('one that never ends: shutdown with cancelFutures ends all the same', async (t) => {
    const executor = t.executor({ maxWorkers: 1, initializer: () => new Promise(() => undefined) });
    const future = executor.submit(identity, 1);
    const outcome = rejection(future);
    await new Promise((resolve) => setImmediate(resolve));
    await executor.shutdown({ cancelFutures: true });
    assert.ok(isHeddleError(await outcome));
  });

  const limited = given('initializer', 'parallel', 'startTimeout');

  limited.test(
    'one that never ends breaks the executor after startTimeoutMs: each future has its own error, with the reason',
    async (t) => {
      const executor = t.executor({
        maxWorkers: 2,
        startTimeoutMs,
        initializer: () => {
          for (;;);
        },
      });
      const futures = Array.from({ length: 3 }, (_, i) => executor.submit(identity, i));
      const errors = await Promise.all(futures.map((future) => rejection(future)));
      for (const error of errors)
        namedError(
          heddleError(error, brokenCode).cause,
          'Error',
          /was not ready after \d+ ms \(startTimeoutMs\): its initializer has begun and did not end/,
        );
      assert.equal(new Set(errors).size, 3);
      await executor.shutdown();
    },
  );

  limited.test('a worker whose start never ends is replaced when another one is ready', async (t) => {
    const [starts, gate] = [t.gate(), t.gate()];
    const executor = t.executor({ maxWorkers: 2, startTimeoutMs, initializer: hangSecond, initargs: [starts.token] });
    const first = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    await warningsOf('HEDDLE_WORKER_NOT_STARTED', 1, async () => {
      assert.equal(await executor.submit(identity, 2), 2);
    });
    assert.equal(starts.arrivals, 3);
    gate.open();
    assert.equal(await first, 1);
    const { state, crashes } = executor.statistics();
    assert.deepEqual({ state, crashes }, { state: 'open', crashes: 1 });
  });

  given('initializer', 'checksOptions').test('it must be a function, and initargs an array', async (t) => {
    namedError(
      thrown(() => t.executor({ initializer: 'setup' as never })),
      'TypeError',
      /initializer/,
    );
    namedError(
      thrown(() => t.executor({ initializer: setMark, initargs: 'abc' as never })),
      'TypeError',
      /initargs/,
    );
    await Promise.resolve();
  });

  given('initializer', 'isolated', 'parallel').test('one that can not travel is refused', async (t) => {
    const local = { value: new WeakMap() };
    const make = async (): Promise<unknown> => await t.executor({ initializer: () => local.value }).submit(identity, 1);
    const error = (await rejection(make())) as Error;
    assert.match(`${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`, /local/, 'the message names what is captured');
  });
}
