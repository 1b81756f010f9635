/** Tests tasks that block on their nested tasks. */
import assert from 'node:assert/strict';
import {
  blockAfterGate,
  blockOnCrash,
  blockOnGate,
  blockOnNeighbour,
  blockThenAwait,
  blockTwice,
  blockUntilAborted,
  failBlocking,
  nestBlocking,
  sumBlocking,
} from '../blocking-tasks.js';
import { failureSync, heddleError, limitMs, namedError, rejection, rejectsWith, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { identity } from '../tasks.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function blockingNestedTests({ given }: Suite): void {
  const { test } = given('blocking', 'nested', 'parallel');
  const { test: testAbort } = given('blocking', 'nested', 'parallel', 'abortsBlocked');

  test('while a worker is free, that works: the first thing a task does, and again and again', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    assert.equal(await executor.submit(nestBlocking, 1), 1);
    assert.equal(await executor.submit(sumBlocking, 200), 19_900);
    await stillWorks(executor);
  });

  given('blocking', 'nested', 'parallel', 'moduleImports').test('functions by source, with what they capture', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const factor = 10;
    const outer = async (n: number): Promise<number> => {
      const { currentExecutor } = await import('@heddle/futures');
      return (
        (currentExecutor()
          ?.submit((m: number) => m * factor, n)
          .resultSync(20_000) ?? 0) + 1
      );
    };
    assert.equal(await executor.submit(outer, 4), 41);
  });

  test('errors arrive with their class and stacks', async (t) => {
    const error = namedError(await rejection(t.executor({ maxWorkers: 2 }).submit(failBlocking, 'inner')), 'RangeError', /^inner$/);
    assert.match(error.stack ?? '', /innermostFrame[^]*failBlocking/);
  });

  test('several levels, each on a worker of its own', async (t) => {
    assert.equal(await t.executor({ maxWorkers: 4 }).submit(nestBlocking, 3), 3);
  });

  test('while the caller stands still too', (t) => {
    const executor = t.executor({ maxWorkers: 3 });
    assert.equal(executor.submit(nestBlocking, 2).resultSync(limitMs), 2);
    assert.equal(executor.submit(sumBlocking, 50).resultSync(limitMs), 1225);
  });

  test('timeoutMs: TimeoutError, and the task goes on', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const gate = t.gate();
    const future = executor.submit(blockTwice, gate.token);
    await gate.arrived(1);
    gate.open();
    const [now, later, atLast] = await future;
    assert.equal(now, 'HEDDLE_TIMEOUT');
    assert.ok(later === 'HEDDLE_TIMEOUT' || later === 'through');
    assert.equal(atLast, 'through');
  });

  test('the only worker can not run what it waits for: DeadlockError at once, with the names and a remedy; awaiting helps', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    sameData(await executor.submit(blockThenAwait), ['HEDDLE_DEADLOCK', 'value']);
    const error = await rejectsWith(executor.with({ name: 'outer' }).submit(nestBlocking, 1), 'HEDDLE_DEADLOCK');
    assert.match(error.message, /task "outer": resultSync\(\) on task "nestBlocking" would wait for ever.*maxWorkers: 1.*await the future/);
    await stillWorks(executor);
  });

  test('so it is while the caller stands still', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    heddleError(failureSync(executor.submit(nestBlocking, 1)), 'HEDDLE_DEADLOCK');
    assert.equal(executor.submit(identity<number>, 1).resultSync(limitMs), 1);
    await stillWorks(executor);
  });

  test('two workers that both wait: one is refused, and its worker runs what the other waits for', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const gate = t.gate();
    const futures = [executor.submit(blockAfterGate, gate.token), executor.submit(blockAfterGate, gate.token)];
    await gate.arrived(2);
    gate.open();
    // Either each task waits for the other, or the first one is done before the second one begins to wait.
    const outcomes = await Promise.all(futures);
    for (const outcome of outcomes) assert.ok(outcome === 'value' || outcome === 'HEDDLE_DEADLOCK', outcome);
    assert.ok(outcomes.includes('value'));
    await stillWorks(executor);
  });

  test('a level more than there are workers: the deepest wait is refused', async (t) => {
    const executor = t.executor({ maxWorkers: 3 });
    const error = await rejectsWith(executor.submit(nestBlocking, 3), 'HEDDLE_DEADLOCK');
    assert.match(error.message, /maxWorkers: 3/);
    await stillWorks(executor);
  });

  test('a task that has begun on the worker that would stand still', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    assert.equal(await executor.submit(blockOnNeighbour, gate.token), 'HEDDLE_DEADLOCK');
    gate.open();
    await stillWorks(executor);
  });

  test('what was sent to a worker that stands still goes to others', async (t) => {
    const executor = t.executor({ maxWorkers: 3 });
    await Promise.all(range(600).map((n) => executor.submit(identity, n))); // makes the batches grow
    const gate = t.gate();
    const futures = range(100).map((n) => executor.submit(identity<number>, n));
    const blocking = executor.submit(blockOnGate, gate.token);
    const after = range(100).map((n) => executor.submit(identity<number>, n));
    await gate.arrived(1);
    assert.deepEqual(await Promise.all([...futures, ...after]), [...range(100), ...range(100)]);
    assert.equal(blocking.running(), true);
    gate.open();
    assert.equal(await blocking, 'through');
  });

  test('a worker that would be enough is started', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    assert.equal(await executor.submit(nestBlocking, 1), 1);
    assert.equal(executor.submit(nestBlocking, 1).resultSync(limitMs), 1);
  });

  testAbort('an abort that the waiting task heeds ends its wait with the reason; the listeners are called when it goes on', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const gate = t.gate();
    const future = executor.submit(blockUntilAborted, gate.token);
    await gate.arrived(1);
    assert.equal(await future.abort('enough', { graceMs: 20_000 }), false);
    assert.equal(await future, 'enough');
    gate.open();
    await stillWorks(executor);
  });

  testAbort('an abort that it does not heed ends its worker, and cancels or ends what it waited for', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const gate = t.gate();
    const future = executor.submit(blockOnGate, gate.token);
    await gate.arrived(1);
    assert.equal(await future.abort('enough'), true);
    await rejectsWith(future, 'HEDDLE_ABORTED');
    gate.open();
    await stillWorks(executor);
  });

  given('blocking', 'nested', 'parallel', 'crashes').test('the end of the worker that ran the other task', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    assert.equal(await executor.submit(blockOnCrash), 'HEDDLE_WORKER_DIED');
    assert.equal(executor.submit(blockOnCrash).resultSync(limitMs), 'HEDDLE_WORKER_DIED');
    await stillWorks(executor);
  });
}
