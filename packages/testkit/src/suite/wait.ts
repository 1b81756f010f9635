import assert from 'node:assert/strict';
import { asCompleted, wait, type Future } from '@heddle/futures';
import { rejection, rejectsWith } from '../check.js';
import type { Suite } from '../suite.js';
import { failDeep } from '../tasks.js';

export function waitTests({ test }: Suite): void {
  test('wait: ALL_COMPLETED has successes and failures', async (t) => {
    const executor = t.executor();
    const futures: Future<unknown>[] = [executor.submit(() => 1), executor.submit(failDeep, 'x'), executor.submit(() => 3)];
    const { done, notDone } = await wait(futures);
    assert.deepEqual([done.size, notDone.size], [3, 0]);
    assert.ok(futures.every((future) => done.has(future)));
    await rejection(futures[1] as Future<unknown>);
  });

  test('wait: FIRST_COMPLETED returns with the first', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const open = executor.submit(t.stay, gate.token, 'open');
    await gate.arrived(1);
    const other = t.executor().submit(() => 'other');
    const { done, notDone } = await wait<unknown>([open, other], { returnWhen: 'FIRST_COMPLETED' });
    assert.ok(done.has(other) && notDone.has(open));
    const again = await wait<unknown>([open, other], { returnWhen: 'FIRST_COMPLETED' });
    assert.ok(again.done.has(other) && again.notDone.has(open), 'with one done already it returns at once');
    gate.open();
    assert.equal(await open, 'open');
  });

  test('wait: FIRST_EXCEPTION returns with the first failure, not before', async (t) => {
    const [blocked, failing] = [t.executor(), t.executor()];
    const gate = t.gate();
    const open = blocked.submit(t.stay, gate.token, 'open');
    await gate.arrived(1);
    const futures: Future<unknown>[] = [open, failing.submit(() => 'fine'), failing.submit(failDeep, 'bad')];
    const { done, notDone } = await wait(futures, { returnWhen: 'FIRST_EXCEPTION' });
    assert.ok(done.has(futures[2] as Future<unknown>) && notDone.has(open));
    gate.open();
    const all = await wait(futures, { returnWhen: 'ALL_COMPLETED' });
    assert.equal(all.done.size, 3);
    await rejection(futures[2] as Future<unknown>);
  });

  test('wait: a timeout gives what is done and throws nothing', async (t) => {
    const gate = t.gate();
    const open = t.executor().submit(t.stay, gate.token, 'open');
    const other = t.executor().submit(() => 'other');
    await other;
    for (const timeoutMs of [0, 10]) {
      const { done, notDone } = await wait<unknown>([open, other], { timeoutMs });
      assert.deepEqual([done.has(other), notDone.has(open)], [true, true]);
    }
    gate.open();
    assert.equal(await open, 'open');
  });

  test('asCompleted: those that are done first, then as they finish', async (t) => {
    const gate = t.gate();
    const open = t.executor().submit(t.stay, gate.token, 'late');
    const executor = t.executor();
    const early = executor.submit(() => 'early');
    const failed = executor.submit(failDeep, 'failed');
    await wait<unknown>([early, failed]);
    const order: Future<unknown>[] = [];
    for await (const future of asCompleted<unknown>([open, early, failed])) {
      order.push(future);
      if (order.length === 2) gate.open();
    }
    assert.deepEqual(
      order.map((future) => [open, early, failed].indexOf(future as never)),
      [1, 2, 0],
    );
    await rejection(failed);
  });

  test('asCompleted: a timeout rejects after what is done was given', async (t) => {
    const gate = t.gate();
    const open = t.executor().submit(t.stay, gate.token, 'open');
    const done = t.executor().submit(() => 'done');
    await done;
    for (const timeoutMs of [0, 10]) {
      const completed = asCompleted<unknown>([open, done], { timeoutMs });
      assert.equal((await completed.next()).value, done);
      assert.match((await rejectsWith(completed.next(), 'HEDDLE_TIMEOUT')).message, /1 of 2/);
    }
    gate.open();
    assert.equal(await open, 'open');
  });

  test('duplicates count once', async (t) => {
    const future = t.executor().submit(() => 1);
    assert.equal((await wait([future, future])).done.size, 1);
    let count = 0;
    for await (const each of asCompleted(new Set([future, future]).values())) {
      assert.equal(each, future);
      count += 1;
    }
    assert.equal(count, 1);
  });

  test('futures of several executors mix', async (t) => {
    const futures = [t.executor(), t.executor(), t.executor()].map((executor, i) => executor.submit((n: number) => n, i));
    const { done } = await wait(futures);
    assert.equal(done.size, 3);
    assert.deepEqual(await Promise.all(futures), [0, 1, 2]);
  });
}
