/** Tests `resultSync`: the caller blocks until a future is done, and the executor keeps running tasks. */
import assert from 'node:assert/strict';
import { failureSync, heddleError, limitMs, namedError, rejection, sameData, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import {
  block,
  catchNested,
  double,
  failDeep,
  hold,
  identity,
  nest,
  nestedMap,
  nestedSum,
  openGate,
  pass,
  readMark,
  setMark,
  untilAborted,
} from '../tasks.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function blockingTests(suite: Suite): void {
  outcomeTests(suite);
  queueTests(suite);
}

function outcomeTests({ given }: Suite): void {
  const { test } = given('blocking');
  const { test: testAbort } = given('blocking', 'abortsBlocked');

  test('gives the value, also of an executor that has not run anything yet', (t) => {
    assert.equal(
      t
        .executor()
        .submit((a: number, b: number) => a + b, 20, 22)
        .resultSync(limitMs),
      42,
    );
  });

  test('one after the other, without a turn of the event loop', (t) => {
    const executor = t.executor();
    for (const n of range(200)) assert.equal(executor.submit(double, n).resultSync(limitMs), 2 * n);
  });

  given('blocking', 'moduleImports').test('async tasks, modules by reference and by import, values of all kinds', (t) => {
    const executor = t.executor();
    const later = async (n: number): Promise<Map<string, number>> => {
      const { double: twice } = await import('../tasks.js');
      await new Promise((resolve) => setTimeout(resolve, 1));
      return new Map([['twice', twice(n)]]);
    };
    sameData(executor.submit(later, 4).resultSync(limitMs), new Map([['twice', 8]]));
    sameData(executor.submit(identity<unknown>, { date: new Date(0), bytes: new Uint8Array([1, 2]) }).resultSync(limitMs), {
      date: new Date(0),
      bytes: new Uint8Array([1, 2]),
    });
  });

  test("throws the task's own error, the same one each time and with both stacks", async (t) => {
    const future = t.executor().submit(failDeep, 'deep');
    const error = namedError(failureSync(future), 'RangeError', /^deep$/);
    assert.match(error.stack ?? '', /innermostFrame[^]*--- submitted ---[^]*blocking/);
    assert.equal(failureSync(future), error);
    assert.equal(await rejection(future), error);
  });

  given('blocking', 'callerFrames').test('in a loop of such calls too: the stack says where it was blocked on', (t) => {
    const executor = t.executor();
    for (const n of range(20)) executor.submit(double, n).resultSync(limitMs);
    const error = namedError(failureSync(executor.submit(failDeep, 'deep')), 'RangeError', /^deep$/);
    assert.match(error.stack ?? '', /innermostFrame[^]*--- (blocked on|submitted) ---[^]*failureSync/);
  });

  test('throws what was thrown, were it nothing at all', (t) => {
    const executor = t.executor();
    for (const value of [undefined, null, 0, '']) {
      const fail = (it: unknown): never => {
        throw it;
      };
      assert.equal(failureSync(executor.submit(fail, value)), value);
    }
  });

  test('throws what the task was refused for', (t) => {
    const error = heddleError(failureSync(t.executor().submit(identity<unknown>, new WeakMap())), 'HEDDLE_SERIALIZATION');
    assert.equal((error as { path?: unknown }).path, 'args[0]');
  });

  test('of a future that is done, or cancelled: at once', async (t) => {
    const executor = t.executor();
    const future = executor.submit(identity<number>, 5);
    await future;
    assert.equal(future.resultSync(0), 5);
    const cancelled = executor.submit(identity<number>, 6);
    if (cancelled.cancel('no')) assert.equal((heddleError(failureSync(cancelled), 'HEDDLE_CANCELLED') as Error).cause, 'no');
  });

  test('timeoutMs: TimeoutError, and the task goes on', (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const future = executor.submit(hold<string>, gate.token, 'late');
    for (const timeoutMs of [0, 1, 30]) {
      const error = heddleError(
        thrown(() => future.resultSync(timeoutMs)),
        'HEDDLE_TIMEOUT',
      );
      assert.match(error.message, new RegExp(`"hold" was not done after ${String(timeoutMs)} ms; it goes on`));
    }
    gate.open();
    assert.equal(future.resultSync(limitMs), 'late');
  });

  test('a timeoutMs of 0 takes what is there', (t) => {
    const executor = t.executor();
    const future = executor.submit(identity<number>, 1);
    const endMs = performance.now() + limitMs;
    let value: number | undefined;
    while (value === undefined && performance.now() < endMs) {
      try {
        value = future.resultSync(0);
      } catch (error) {
        heddleError(error, 'HEDDLE_TIMEOUT');
      }
    }
    assert.equal(value, 1);
  });

  test('a timeout that is none is refused', (t) => {
    const future = t.executor().submit(identity<number>, 1);
    for (const wrong of [-1, Number.NaN])
      namedError(
        thrown(() => future.resultSync(wrong)),
        'RangeError',
        /resultSync: timeoutMs/,
      );
    namedError(
      thrown(() => future.resultSync('1' as never)),
      'TypeError',
      /resultSync: timeoutMs/,
    );
    assert.equal(future.resultSync(limitMs), 1);
  });

  testAbort("the task's own timeoutMs ends it while the caller stands still", (t) => {
    const executor = t.executor();
    const endless = (): never => {
      for (;;);
    };
    const error = heddleError(failureSync(executor.with({ timeoutMs: 30, name: 'endless' }).submit(endless)), 'HEDDLE_TIMEOUT');
    assert.match(error.message, /"endless" ran longer than 30 ms/);
    assert.equal(executor.submit(identity<number>, 1).resultSync(limitMs), 1);
  });

  testAbort('and one that heeds its signal ends by itself', (t) => {
    const executor = t.executor();
    const { token } = t.gate();
    executor.submit(pass, token, 0).resultSync(limitMs); // loads the module before the time limit counts, since loading may take as long
    assert.equal(executor.with({ timeoutMs: 300 }).submit(untilAborted, token, 'gave way').resultSync(limitMs), 'gave way');
  });
}

function queueTests({ given }: Suite): void {
  const { test } = given('blocking', 'parallel');
  const { test: testNested } = given('blocking', 'nested');
  const { test: testPriorities } = given('blocking', 'parallel', 'priorities');

  test('of many, in whatever order', (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const futures = range(300).map((n) => executor.submit(double, n));
    for (const n of [299, 0, 150]) assert.equal(futures[n]?.resultSync(limitMs), 2 * n);
    assert.deepEqual(
      futures.map((future) => future.resultSync(limitMs)),
      range(300).map((n) => 2 * n),
    );
  });

  test('the fifth of five on two workers: those before it are dealt with, and the workers get what waits', (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const nap = async (n: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return n;
    };
    const futures = range(5).map((n) => executor.submit(nap, n));
    assert.equal(futures[4]?.resultSync(limitMs), 4);
    assert.ok(futures.filter((future) => future.done()).length > 1, 'what came meanwhile was dealt with');
    assert.deepEqual(
      futures.map((future) => future.resultSync(limitMs)),
      range(5),
    );
  });

  test('a task that waits for another one, which waits in the queue', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const gate = t.gate();
    const waiting = executor.submit(block<string>, gate.token, 'opened');
    const futures = range(100).map((n) => executor.submit(identity<number>, n));
    const opening = executor.submit(openGate, gate.token);
    assert.equal(waiting.resultSync(limitMs), 'opened');
    opening.resultSync(limitMs);
    assert.deepEqual(await Promise.all(futures), range(100));
  });

  test('tasks that were sent to a worker that turns out busy go to another', (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    for (const n of range(300)) executor.submit(identity, n).resultSync(limitMs); // makes the batches grow; perhaps only one worker runs these
    const gate = t.gate();
    const waiting = executor.submit(block<string>, gate.token, 'opened');
    const futures = range(20).map((n) => executor.submit(double, n));
    assert.deepEqual(
      futures.map((future) => future.resultSync(limitMs)),
      range(20).map((n) => 2 * n),
    );
    gate.open();
    assert.equal(waiting.resultSync(limitMs), 'opened');
  });

  given('blocking', 'parallel', 'largeViews').test('large arguments and large results, more than any pipe holds', (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const grow = (bytes: Uint8Array): Uint8Array => new Uint8Array(2 * bytes.length).fill(bytes[0] ?? 0);
    const futures = range(12).map((n) => executor.submit(grow, new Uint8Array(1 << 20).fill(n)));
    for (const [n, future] of [...futures.entries()].reverse()) {
      const bytes = future.resultSync(limitMs);
      assert.deepEqual([bytes.length, bytes[0], bytes.at(-1)], [2 << 20, n, n]);
    }
  });

  test('large arguments of a task submitted in an earlier turn', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const first = executor.submit(hold<string>, gate.token, 'first');
    const large = executor.submit((bytes: Uint8Array) => bytes.length, new Uint8Array(4 << 20));
    await gate.arrived(1);
    await new Promise((resolve) => setImmediate(resolve));
    gate.open();
    assert.equal(large.resultSync(limitMs), 4 << 20);
    assert.equal(first.resultSync(limitMs), 'first');
  });

  testPriorities('priorities hold', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const first = executor.submit(block<number>, gate.token, 0);
    await gate.arrived(1);
    const low = executor.with({ priority: 1 }).submit(setMark, 'low');
    const high = executor.with({ priority: 2 }).submit(readMark);
    gate.open();
    assert.equal(high.resultSync(limitMs), undefined);
    low.resultSync(limitMs);
    assert.equal(executor.submit(readMark).resultSync(limitMs), 'low');
    assert.equal(await first, 0);
  });

  test('a stream that is read meanwhile loses nothing', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const numbers = executor.stream(function* (count: number) {
      for (let i = 0; i < count; i++) yield i;
    }, 200);
    const reading = numbers.toArray();
    for (let i = 0; i < 20; i++) {
      assert.equal(executor.submit(double, i).resultSync(limitMs), 2 * i);
      if (i % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(await reading, range(200));
  });

  test('after shutdown has begun', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const futures = range(3).map((n) => executor.submit(identity<number>, n));
    const down = executor.shutdown();
    assert.deepEqual(
      futures.map((future) => future.resultSync(limitMs)),
      range(3),
    );
    await down;
  });

  given('blocking', 'parallel', 'maxTasksPerWorker').test('workers that are used up are replaced', (t) => {
    const executor = t.executor({ maxWorkers: 1, maxTasksPerWorker: 2 });
    const futures = range(7).map((n) => executor.submit(identity<number>, n));
    assert.deepEqual(
      futures.reverse().map((future) => future.resultSync(limitMs)),
      range(7).reverse(),
    );
  });

  testNested('tasks may submit tasks and await them', (t) => {
    const executor = t.executor();
    assert.equal(executor.submit(nest, 3).resultSync(limitMs), 3);
    assert.equal(executor.submit(nestedSum, 500).resultSync(limitMs), 124_750);
    sameData(executor.submit(nestedMap, [1, 2, 3]).resultSync(limitMs), [2, 4, 6]);
    sameData(executor.submit(catchNested, 'inner').resultSync(limitMs), { name: 'RangeError', isRangeError: true, message: 'inner' });
  });
}
