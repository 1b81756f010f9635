/** Tests a caller that blocks: waits that could never end, workers that end, and work that waits for the caller. */
import assert from 'node:assert/strict';
import { isHeddleError, type Future } from '@heddle/futures';
import { allowModule, callback } from '@heddle/serialization';
import { holdAnswer } from '../async-tasks.js';
import { failureSync, heddleError, limitMs, namedError, rejection, stillWorks, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import { double, identity, reportEach } from '../tasks.js';

type Call<A extends unknown[], R> = (...args: A) => Promise<R>;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function blockingLimitTests(suite: Suite): void {
  endlessTests(suite);
  deathTests(suite);
  standstillTests(suite);
}

function endlessTests({ given }: Suite): void {
  const { test } = given('blocking');
  const { test: testCallerObjects } = given('blocking', 'callerObjects');

  testCallerObjects('a task that awaits a callback of the caller: DeadlockError at once; then both go on', async (t) => {
    const executor = t.executor();
    const seen: number[] = [];
    const tell = callback((n: number) => {
      seen.push(n);
      return n + 1;
    });
    const future = executor.with({ name: 'asker' }).submit(async (ask: Call<[number], number>) => await ask(1), tell);
    const error = heddleError(failureSync(future), 'HEDDLE_DEADLOCK');
    assert.match(error.message, /task "asker".*await/);
    assert.deepEqual(seen, []);
    assert.equal(await future, 2);
    assert.deepEqual(seen, [1]);
  });

  testCallerObjects('a task that calls back and does not wait: its value; the calls are made when the caller goes on', async (t) => {
    const executor = t.executor();
    const seen: number[] = [];
    const tell = callback((n: number) => {
      seen.push(n);
    });
    const future = executor.submit((each: Call<[number], void>) => {
      for (let i = 0; i < 3; i++) void each(i);
      return 'told';
    }, tell);
    assert.equal(future.resultSync(limitMs), 'told');
    assert.deepEqual(seen, []);
    await Promise.resolve();
    assert.deepEqual(seen, [0, 1, 2]);
  });

  testCallerObjects('a task that was answered and goes on is waited for, whatever else is unanswered', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const quick = callback(() => 'answer');
    const never = callback(async () => await new Promise<never>(() => undefined));
    const future = executor.submit(holdAnswer, quick, never, gate.token);
    await gate.arrived(1);
    heddleError(
      thrown(() => future.resultSync(20)),
      'HEDDLE_TIMEOUT',
    );
    gate.open();
    assert.equal(future.resultSync(limitMs), 'answer');
  });

  testCallerObjects('a task that reads a source of the caller', async (t) => {
    const executor = t.executor();
    async function* source(): AsyncGenerator<number> {
      for (const n of range(3)) {
        await Promise.resolve();
        yield n;
      }
    }
    const sum = async (items: AsyncIterable<number>): Promise<number> => {
      let total = 0;
      for await (const item of items) total += item;
      return total;
    };
    const future = executor.submit(sum, source());
    heddleError(failureSync(future), 'HEDDLE_DEADLOCK');
    assert.equal(await future, 3);
  });

  given('blocking', 'isolated', 'moduleImports').test(
    'a result of a class that is yet to be imported: DeadlockError; then it arrives',
    async (t) => {
      allowModule(new URL('../overdue-class.js', import.meta.url));
      const future = t.executor().submit(async (minutes: number) => {
        const { Overdue } = await import('../overdue-class.js');
        return new Overdue(minutes);
      }, 5);
      const error = heddleError(failureSync(future), 'HEDDLE_DEADLOCK');
      assert.match(error.message, /import/);
      assert.equal((await future).tell(), '5 minutes overdue');
    },
  );

  test('a done callback may block on a future whose result came in the same message', async (t) => {
    const executor = t.executor();
    const futures = range(20).map((n) => executor.submit(identity<number>, n));
    const seen: number[] = [];
    const [first, ...others] = futures;
    first?.addDoneCallback(() => {
      seen.push(...others.map((future) => future.resultSync(limitMs)));
    });
    assert.deepEqual(await Promise.all(futures), range(20));
    assert.deepEqual(seen, range(20).slice(1));
  });

  testCallerObjects('a callback may block on other tasks; on its own one it never ends', async (t) => {
    const executor = t.executor();
    const own: { future?: Future<unknown> } = {};
    const other = callback((n: number) => executor.submit(double, n).resultSync(limitMs));
    const itself = callback(() => own.future?.resultSync(limitMs));
    const ask = async (call: Call<[number], unknown>): Promise<unknown> => await call(4);
    assert.equal(await executor.submit(ask, other), 8);
    own.future = executor.submit(ask, itself);
    heddleError(await rejection(own.future), 'HEDDLE_DEADLOCK');
  });
}

function deathTests({ given, brokenCode }: Suite): void {
  const { test } = given('blocking', 'crashes', 'parallel');
  const exit = (code: number): never => process.exit(code);

  test('a worker that ends by itself: WorkerDiedError with its exit code, and the next task runs', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const error = heddleError(failureSync(executor.with({ name: 'the culprit' }).submit(exit, 3)), 'HEDDLE_WORKER_DIED');
    assert.equal((error as { exitCode?: unknown }).exitCode, 3);
    assert.match(error.message, /the culprit/);
    assert.equal(executor.submit(identity<number>, 1).resultSync(limitMs), 1);
    assert.equal(executor.statistics().crashes, 1);
    await stillWorks(executor);
    assert.equal(executor.statistics().crashes, 1, 'its end is told once');
  });

  test('an uncaught exception: its cause', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const later = async (): Promise<void> => {
      setTimeout(() => {
        throw new RangeError('in a timer');
      }, 0);
      await new Promise(() => undefined);
    };
    const error = heddleError(failureSync(executor.submit(later)), 'HEDDLE_WORKER_DIED');
    assert.match(`${error.message} ${String(error.cause)}`, /in a timer/);
    await stillWorks(executor);
  });

  test('only the tasks that had begun fail', (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    for (const n of range(300)) executor.submit(identity, n).resultSync(limitMs);
    const before = range(50).map((n) => executor.submit(identity<number>, n));
    const crash = executor.submit(exit, 1);
    const after = range(50).map((n) => executor.submit(identity<number>, n));
    assert.deepEqual(
      after.reverse().map((future) => future.resultSync(limitMs)),
      range(50).reverse(),
    );
    heddleError(failureSync(crash), 'HEDDLE_WORKER_DIED');
    assert.deepEqual(
      before.map((future) => future.resultSync(limitMs)),
      range(50),
    );
  });

  test('deaths without end break the executor: every future has an error of its own', (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const errors: unknown[] = [];
    for (let i = 0; i < 50 && executor.statistics().state === 'open'; i++) errors.push(failureSync(executor.submit(exit, 1)));
    assert.equal(executor.statistics().state, 'broken');
    for (const error of errors) assert.ok(isHeddleError(error, 'HEDDLE_WORKER_DIED') || isHeddleError(error, brokenCode));
    heddleError(
      thrown(() => executor.submit(identity, 1)),
      brokenCode,
    );
  });

  given('blocking', 'initializer', 'parallel').test('an initializer that fails breaks it, and one that ends its worker too', (t) => {
    const fail = (): never => {
      throw new RangeError('no database');
    };
    const error = heddleError(failureSync(t.executor({ maxWorkers: 1, initializer: fail }).submit(identity, 1)), brokenCode);
    namedError(error.cause, 'RangeError', /^no database$/);
    heddleError(failureSync(t.executor({ maxWorkers: 1, initializer: exit, initargs: [4] }).submit(identity, 1)), brokenCode);
  });
}

function standstillTests({ given }: Suite): void {
  const { test } = given('blocking');

  test('nothing of the caller runs while it stands still: done callbacks, reactions, timers come after', async (t) => {
    const executor = t.executor();
    const order: string[] = [];
    const other = executor.submit(identity<number>, 1);
    const awaited = executor.submit(identity<number>, 2);
    other.addDoneCallback(() => {
      order.push('callback of the other');
    });
    awaited.addDoneCallback(() => {
      order.push('callback');
    });
    const reaction = awaited.then(() => {
      order.push('reaction');
    });
    const timer = new Promise<void>((resolve) => {
      setTimeout(() => {
        order.push('timer');
        resolve();
      }, 0);
    });
    other.resultSync(limitMs);
    awaited.resultSync(limitMs);
    order.push('goes on');
    await Promise.all([timer, reaction]);
    assert.equal(order[0], 'goes on');
    assert.deepEqual(new Set(order.slice(1, 4)), new Set(['callback of the other', 'callback', 'reaction']));
    assert.equal(order[4], 'timer');
  });

  given('blocking', 'progress').test('nor does onProgress', async (t) => {
    const seen: unknown[] = [];
    const executor = t.executor().with({
      onProgress: (progress) => {
        seen.push(progress);
      },
    });
    assert.equal(executor.submit(reportEach, ['a', 'b']).resultSync(limitMs), 2);
    assert.deepEqual(seen, []);
    await Promise.resolve();
    assert.deepEqual(seen, ['a', 'b']);
  });

  test('afterwards the event loop takes over', async (t) => {
    const executor = t.executor();
    const futures = range(50).map((n) => executor.submit(double, n));
    assert.equal(futures[10]?.resultSync(limitMs), 20);
    assert.deepEqual(
      await Promise.all(futures),
      range(50).map((n) => 2 * n),
    );
    await executor.shutdown();
  });
}
