import assert from 'node:assert/strict';
import { isHeddleError, type Future } from '@heddle/futures';
import { transfer } from '@heddle/serialization';
import { awaitExit, submitAndExit } from '../async-tasks.js';
import { heddleError, rejection, rejectsWith, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { identity } from '../tasks.js';

const exit = (code: number): never => process.exit(code);

export function crashTests({ given, brokenCode }: Suite): void {
  const { test } = given('crashes', 'parallel');

  test('process.exit() in a task fails that task, with the exit code; the executor goes on', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const future = executor.with({ name: 'the culprit' }).submit(exit, 3);
    const error = await rejectsWith(future, 'HEDDLE_WORKER_DIED');
    assert.equal((error as { exitCode?: unknown }).exitCode, 3);
    assert.match(error.message, /3/);
    assert.match(error.message, /the culprit/, 'the message names the task');
    assert.equal(future.state, 'finished');
    await stillWorks(executor);
    assert.equal(executor.statistics().crashes, 1);
  });

  test('an uncaught exception outside of the task kills the worker: what it ran fails with the cause', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const later = async (): Promise<void> => {
      setTimeout(() => {
        throw new RangeError('in a timer');
      }, 0);
      await new Promise(() => undefined);
    };
    const error = await rejectsWith(executor.submit(later), 'HEDDLE_WORKER_DIED');
    assert.match(`${error.message} ${String(error.cause)}`, /in a timer/);
    await stillWorks(executor);
  });

  test('an unhandled rejection in a task settles it, one way or the other', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const stray = async (): Promise<string> => {
      void Promise.reject(new Error('nobody catches this'));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return 'done';
    };
    const [outcome] = await Promise.allSettled([executor.submit(stray)]);
    if (outcome.status === 'rejected') heddleError(outcome.reason, 'HEDDLE_WORKER_DIED');
    await stillWorks(executor);
  });

  test('only tasks that had begun fail: those that waited, sent or not, run elsewhere', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    await Promise.all(Array.from({ length: 300 }, (_, i) => executor.submit(identity, i))); // makes the batches grow
    const before = Array.from({ length: 50 }, (_, i) => executor.submit(identity<number>, i));
    const crash = executor.submit(exit, 1);
    const after = Array.from({ length: 50 }, (_, i) => executor.submit(identity<number>, i));
    await rejectsWith(crash, 'HEDDLE_WORKER_DIED');
    const expected = Array.from({ length: 50 }, (_, i) => i);
    assert.deepEqual(await Promise.all(before), expected, 'results that were ready are not lost');
    assert.deepEqual(await Promise.all(after), expected);
  });

  test('what a task had submitted goes with its worker, wherever it was; all else runs', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    await Promise.all(Array.from({ length: 300 }, (_, i) => executor.submit(identity, i))); // makes the batches grow
    for (let round = 0; round < 5; round++) {
      const crash = executor.submit(submitAndExit);
      const others = Array.from({ length: 30 }, (_, i) => executor.submit(identity<number>, i));
      await rejectsWith(crash, 'HEDDLE_WORKER_DIED');
      const expected = others.map((_, i) => i);
      assert.deepEqual(await Promise.all(others), expected);
    }
    await executor.shutdown();
    assert.equal(executor.statistics().queued, 0);
  });

  test('chunks of a map that were sent and not begun run elsewhere, items and all', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    await Promise.all(Array.from({ length: 300 }, (_, i) => executor.submit(identity, i)));
    const crash = executor.submit(exit, 1);
    const items = Array.from({ length: 100 }, (_, i) => i / 2);
    const numbers = executor.map(identity<number>, items, { chunkSize: 10 });
    const objects = executor.map(
      identity<{ n: number }>,
      items.map((n) => ({ n })),
      { chunkSize: 10 },
    );
    await rejectsWith(crash, 'HEDDLE_WORKER_DIED');
    sameData(await numbers.toArray(), items);
    sameData(
      await objects.toArray(),
      items.map((n) => ({ n })),
    );
  });

  test('a task whose argument was moved to a worker that died settles: with its value, or an error that says so', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    await Promise.all(Array.from({ length: 300 }, (_, i) => executor.submit(identity, i)));
    const crash = executor.submit(exit, 1);
    const bytes = new Uint8Array(1000);
    const moved = executor.submit((data: Uint8Array) => data.length, transfer(bytes, [bytes.buffer]));
    await rejectsWith(crash, 'HEDDLE_WORKER_DIED');
    const [outcome] = await Promise.allSettled([moved]);
    if (outcome.status === 'fulfilled') assert.equal(outcome.value, 1000);
    else assert.ok(isHeddleError(outcome.reason), String(outcome.reason));
    await stillWorks(executor);
    assert.equal(executor.statistics().crashes, 1, 'what was sent again killed the next worker');
  });

  test('tasks on other workers do not notice', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const gate = t.gate();
    const neighbour = executor.submit(t.stay, gate.token, 'unharmed');
    await gate.arrived(1);
    await rejectsWith(executor.submit(exit, 1), 'HEDDLE_WORKER_DIED');
    assert.equal(neighbour.state, 'running');
    gate.open();
    assert.equal(await neighbour, 'unharmed');
  });

  test('a crash within a map ends it there', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const exitAt = (n: number): number => (n === 3 ? process.exit(1) : n);
    const results = executor.map(exitAt, [0, 1, 2, 3, 4], { chunkSize: 1 });
    const seen: number[] = [];
    await rejectsWith(
      (async () => {
        for await (const n of results) seen.push(n);
      })(),
      'HEDDLE_WORKER_DIED',
    );
    assert.deepEqual(seen, [0, 1, 2]);
    await stillWorks(executor);
  });

  test('workers that die again and again break the executor: every future has its own error, submit throws', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const futures: Future<never>[] = [];
    for (let i = 0; i < 200; i++) futures.push(executor.submit(exit, 1));
    const errors = await Promise.all(futures.map((future) => rejection(future)));
    const broken = errors.filter((error) => isHeddleError(error, brokenCode));
    assert.ok(broken.length > 0, 'it never gave up');
    assert.ok(
      errors.some((error) => isHeddleError(error, 'HEDDLE_WORKER_DIED')),
      'it never tried',
    );
    assert.ok(errors.every((error) => isHeddleError(error, brokenCode) || isHeddleError(error, 'HEDDLE_WORKER_DIED')));
    assert.equal(new Set(errors).size, errors.length);
    await t.until('the executor to be broken', () => executor.statistics().state === 'broken');
    heddleError(await rejection((async () => await executor.submit(identity, 1))()), brokenCode);
    await executor.shutdown();
  });

  test('shutdown while workers die: every future settles', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const futures = Array.from({ length: 20 }, (_, i) => (i % 10 === 5 ? executor.submit(exit, 1) : executor.submit(identity<number>, i)));
    await executor.shutdown();
    assert.ok(futures.every((future) => future.done()));
    const outcomes = await Promise.allSettled(futures);
    outcomes.forEach((outcome, i) => {
      assert.equal(outcome.status, i % 10 === 5 ? 'rejected' : 'fulfilled');
    });
  });

  given('crashes', 'parallel', 'nested').test('a worker that dies while its task awaits another: both futures settle', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    await rejectsWith(executor.submit(awaitExit), 'HEDDLE_WORKER_DIED');
    await stillWorks(executor);
  });
}
