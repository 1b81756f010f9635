/** Functions that run once on each worker, beside the tasks. */
import assert from 'node:assert/strict';
import { setMarkLater } from '../async-tasks.js';
import { heddleError, namedError, rejection, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { block, failDeep, identity, readMark, setMark } from '../tasks.js';

export function broadcastTests(suite: Suite): void {
  const { test } = suite.given('broadcast');
  const withWorkers = suite.given('broadcast', 'parallel', 'crashes');
  const options = suite.can('parallel') ? { maxWorkers: 2 } : {};
  const workers = suite.can('crashes') ? 2 : 1;

  test('runs once on each worker, and gives a result for each', async (t) => {
    const executor = t.newExecutor(options);
    assert.deepEqual(
      await executor.broadcast(identity, 'each'),
      Array.from({ length: workers }, () => 'each'),
    );
    await executor.broadcast(setMarkLater, 'told');
    const marks = await executor
      .map(
        readMark,
        Array.from({ length: 20 }, (_, i) => i),
        { chunkSize: 1 },
      )
      .toArray();
    assert.deepEqual(new Set(marks), new Set(['told']));
  });

  test('an error of the function is the error of the call, and the executor goes on', async (t) => {
    const executor = t.newExecutor(options);
    const error = namedError(await rejection(executor.broadcast(failDeep, 'no good')), 'RangeError', /^no good$/);
    assert.match(error.stack ?? '', /failDeep|innermostFrame/);
    await stillWorks(executor);
  });

  test('shutdown waits for it, and refuses a later one', async (t) => {
    const executor = t.newExecutor(options);
    const results = executor.broadcast(setMarkLater, 'told');
    await executor.shutdown();
    assert.equal((await results).length, workers);
    heddleError(await rejection(executor.broadcast(identity, 1)), 'HEDDLE_SHUTDOWN');
  });

  test('what is no function, and a wrong option, are refused', async (t) => {
    const executor = t.executor();
    namedError(await rejection(executor.broadcast(1 as never)), 'TypeError', /^broadcast: options must be an object, got 1$/);
    namedError(await rejection(executor.broadcast({}, 1 as never)), 'TypeError', /^broadcast: the task must be a function, got 1$/);
    const wrong = { later: 1 } as unknown as { later: boolean };
    namedError(await rejection(executor.broadcast(wrong, identity, 1)), 'TypeError', /^broadcast: later must be a boolean, got 1$/);
  });

  withWorkers.test('a worker that dies meanwhile fails the call, with its end; the executor goes on', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const exit = (): never => process.exit(7);
    const error = heddleError(await rejection(executor.broadcast(exit)), 'HEDDLE_WORKER_DIED');
    assert.match(error.message, /ended with exit code 7 before it had run what was broadcast/);
    await stillWorks(executor);
  });

  suite.given('broadcast', 'parallel', 'crashes', 'sharedMemory').test('a worker that is busy runs it after its task', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const gate = t.gate();
    const task = executor.submit(block, gate.token, 'task');
    await gate.arrived(1);
    let isDone = false;
    const results = executor.broadcast(identity, 'each').then((all) => {
      isDone = true;
      return all;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isDone, false);
    gate.open();
    assert.deepEqual([await task, await results], ['task', ['each']]);
  });

  suite
    .given('broadcast', 'maxTasksPerWorker', 'parallel')
    .test('with later, workers that start afterwards run it before their first task', async (t) => {
      const executor = t.newExecutor({ maxWorkers: 1, maxTasksPerWorker: 1 });
      assert.equal((await executor.broadcast({ later: true }, setMark, 'told')).length, 1);
      assert.equal(await executor.submit(readMark, 1), 'told');
      assert.equal(await executor.submit(readMark, 2), 'told');
      assert.equal(await executor.submit(readMark, 3), 'told');
    });
}
