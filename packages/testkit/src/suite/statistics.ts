import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { heddleError, rejection } from '../check.js';
import type { Suite } from '../suite.js';
import { failDeep, identity } from '../tasks.js';

export function statisticsTests({ test, given }: Suite): void {
  test('a new executor has done nothing', async (t) => {
    const { state, queued, running, finished, failed, cancelled, refused, crashes, waitTime, runTime } = t.newExecutor().statistics();
    assert.deepEqual([state, queued, running, finished, failed, cancelled, refused, crashes], ['open', 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual([waitTime.count, runTime.count, runTime.meanMs, runTime.p99Ms], [0, 0, 0, 0]);
    await Promise.resolve();
  });

  test('tasks are counted by how they ended, and timed', async (t) => {
    const executor = t.newExecutor();
    await Promise.all([1, 2, 3].map((n) => executor.submit(identity, n)));
    await rejection(executor.submit(failDeep, 'x'));
    await rejection(executor.with({ signal: AbortSignal.abort() }).submit(identity, 4));
    const { finished, failed, cancelled, queued, running, waitTime, runTime } = executor.statistics();
    assert.deepEqual([finished, failed, cancelled, queued, running], [3, 1, 1, 0, 0]);
    assert.deepEqual([waitTime.count, runTime.count], [4, 4]);
    assert.equal(
      runTime.counts.reduce((sum, n) => sum + n, 0),
      4,
    );
    assert.equal(runTime.counts.length, runTime.upperBoundsMs.length);
    assert.ok(runTime.sumMs >= 0);
    assert.equal(runTime.meanMs, runTime.sumMs / 4);
    assert.ok(0 < runTime.p50Ms && runTime.p50Ms <= runTime.p90Ms && runTime.p90Ms <= runTime.p99Ms);
  });

  given('isolated').test('what is refused counts as refused, and nowhere else', async (t) => {
    const executor = t.newExecutor();
    heddleError(await rejection(executor.submit(identity, new WeakMap())), 'HEDDLE_SERIALIZATION');
    await executor.submit(identity, 1);
    const { finished, failed, cancelled, refused } = executor.statistics();
    assert.deepEqual([finished, failed, cancelled, refused], [1, 0, 0, 1]);
  });

  given('queueLimit', 'parallel').test('what finds the queue full counts as refused', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1, maxQueueSize: 0 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    heddleError(await rejection(executor.submit(identity, 1)), 'HEDDLE_QUEUE_FULL');
    gate.open();
    await first;
    const { finished, failed, refused } = executor.statistics();
    assert.deepEqual([finished, failed, refused], [1, 0, 1]);
  });

  test('a snapshot does not change, and can not be changed', async (t) => {
    const executor = t.newExecutor();
    const before = executor.statistics();
    await executor.submit(identity, 1);
    assert.equal(before.finished, 0);
    assert.ok(
      Object.isFrozen(before) &&
        Object.isFrozen(before.workers) &&
        Object.isFrozen(before.waitTime) &&
        Object.isFrozen(before.runTime.counts),
    );
  });

  test('what runs is counted as running', async (t) => {
    const executor = t.newExecutor();
    const gate = t.gate();
    const future = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    const { running, queued, workers, finished } = executor.statistics();
    assert.deepEqual([running, queued, workers.busy, finished], [1, 0, 1, 0]);
    gate.open();
    await future;
    await t.until('the worker to be idle', () => executor.statistics().workers.busy === 0);
    assert.equal(executor.statistics().running, 0);
  });

  given('parallel').test('what waits is counted as queued, until it runs or is cancelled', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    const waiting = [1, 2, 3].map((n) => executor.submit(identity<number>, n));
    assert.deepEqual([executor.statistics().running, executor.statistics().queued], [1, 3]);
    waiting[1]?.cancel();
    assert.deepEqual([executor.statistics().queued, executor.statistics().cancelled], [2, 1]);
    gate.open();
    await Promise.all([first, waiting[0], waiting[2]]);
    assert.deepEqual([executor.statistics().queued, executor.statistics().finished], [0, 3]);
  });

  test('console.log shows what it is, and what it does', async (t) => {
    const executor = t.newExecutor();
    await executor.submit(identity, 1);
    await executor.shutdown();
    assert.match(
      inspect(executor),
      /^\w.* \{ state: 'shutdown', parallelism: \d+, workers: \d+, queued: 0, running: 0, finished: 1, failed: 0 \}$/,
    );
    assert.match(inspect(executor.with({ name: 'view' })), / over .*state: 'shutdown'/);
  });

  test('the state follows the executor', async (t) => {
    const executor = t.newExecutor();
    assert.equal(executor.statistics().state, 'open');
    await executor.shutdown();
    assert.equal(executor.statistics().state, 'shutdown');
  });

  given('workerIdentity').test('after shutdown no worker is left', async (t) => {
    const executor = t.newExecutor();
    await Promise.all([1, 2, 3].map((n) => executor.submit(identity, n)));
    await executor.shutdown();
    assert.deepEqual({ ...executor.statistics().workers }, { starting: 0, busy: 0, idle: 0, stopping: 0 });
  });
}
