import assert from 'node:assert/strict';
import { asCompleted, wait } from '@heddle/futures';
import { rejectsWith, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { pass, untilAborted } from '../tasks.js';

export function cancelTests({ test, given }: Suite): void {
  const { test: testPending } = given('parallel');

  testPending('cancel of a pending task: done at once, and it never runs', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const [first, second] = [t.gate(), t.gate()];
    const running = executor.submit(t.stay, first.token, 'ran');
    await first.arrived(1);
    const pending = executor.submit(pass, second.token, 'never');
    const seen: string[] = [];
    pending.addDoneCallback((future) => seen.push(future.state));
    assert.equal(pending.state, 'pending');
    assert.equal(pending.cancel('not needed'), true);
    assert.deepEqual([pending.state, pending.done(), pending.cancelled(), pending.running()], ['cancelled', true, true, false]);
    assert.deepEqual(seen, ['cancelled']);
    assert.equal(pending.cancel(), true, 'cancelling again is no change');
    const error = await rejectsWith(pending, 'HEDDLE_CANCELLED');
    assert.equal(error.cause, 'not needed');
    await rejectsWith(pending.result(0), 'HEDDLE_CANCELLED');
    await rejectsWith(pending.exception(), 'HEDDLE_CANCELLED');
    first.open();
    assert.equal(await running, 'ran');
    await stillWorks(executor);
    assert.equal(second.arrivals, 0);
  });

  testPending('cancel takes back tasks that were already sent to a worker', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    await Promise.all(Array.from({ length: 200 }, (_, i) => executor.submit((n: number) => n, i)));
    const [blocked, ran] = [t.gate(), t.gate()];
    const blockers = [1, 2].map((n) => executor.submit(t.stay, blocked.token, n));
    await blocked.arrived(2);
    const futures = Array.from({ length: 100 }, (_, i) => executor.submit(pass, ran.token, i));
    await new Promise((resolve) => setImmediate(resolve));
    const withdrawn = futures.filter((future, i) => i % 2 === 0 && future.cancel());
    assert.equal(withdrawn.length, 50);
    blocked.open();
    await Promise.all(blockers);
    const outcomes = await Promise.allSettled(futures);
    outcomes.forEach((outcome, i) => {
      assert.equal(outcome.status, i % 2 === 0 ? 'rejected' : 'fulfilled');
    });
    assert.equal(ran.arrivals, 50, 'a cancelled task ran');
  });

  testPending('wait and asCompleted count cancelled futures as done', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const running = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    const pending = executor.submit(() => 2);
    const first = wait([running, pending], { returnWhen: 'FIRST_COMPLETED' });
    pending.cancel();
    const { done, notDone } = await first;
    assert.deepEqual(
      [[...done], [...notDone]].map((set) => set.map((future) => future === pending)),
      [[true], [false]],
    );
    gate.open();
    const order: boolean[] = [];
    for await (const future of asCompleted([running, pending])) order.push(future === pending);
    assert.deepEqual(order, [true, false]);
  });

  testPending('abort of a pending task cancels it', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const running = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    const pending = executor.submit(() => 2);
    assert.equal(await pending.abort('too late'), true);
    assert.equal((await rejectsWith(pending, 'HEDDLE_CANCELLED')).cause, 'too late');
    gate.open();
    assert.equal(await running, 1);
  });

  testPending('a signal that aborts cancels the pending tasks it was given for, and no others', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const controller = new AbortController();
    const running = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    const withSignal = executor.with({ signal: controller.signal });
    const [first, second] = [withSignal.submit(() => 2), withSignal.submit(() => 3)];
    const other = executor.submit(() => 4);
    controller.abort('over');
    assert.deepEqual([first.state, second.state, other.state], ['cancelled', 'cancelled', 'pending']);
    assert.equal((await rejectsWith(first, 'HEDDLE_CANCELLED')).cause, 'over');
    gate.open();
    assert.deepEqual(await Promise.all([running, other]), [1, 4]);
  });

  test('a signal that has aborted already cancels at submit', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const future = executor.with({ signal: AbortSignal.abort('before') }).submit(pass, gate.token, 1);
    assert.equal(future.state, 'cancelled');
    assert.equal((await rejectsWith(future, 'HEDDLE_CANCELLED')).cause, 'before');
    await stillWorks(executor);
    assert.equal(gate.arrivals, 0);
  });

  test('a signal that aborts a running task stops it', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const controller = new AbortController();
    const future = executor.with({ signal: controller.signal }).submit(untilAborted, gate.token);
    await gate.arrived(1);
    controller.abort('changed my mind');
    assert.equal((await rejectsWith(future, 'HEDDLE_ABORTED')).cause, 'changed my mind');
    await stillWorks(executor);
  });

  test('a signal that aborts after the end changes nothing', async (t) => {
    const controller = new AbortController();
    const future = t
      .executor()
      .with({ signal: controller.signal })
      .submit(() => 'value');
    assert.equal(await future, 'value');
    controller.abort();
    assert.equal(future.state, 'finished');
    assert.equal(await future, 'value');
  });
}
