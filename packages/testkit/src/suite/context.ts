import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { currentExecutor, currentTask } from '@heddle/futures';
import { nameLater } from '../async-tasks.js';
import type { Suite } from '../suite.js';
import { double, facts, reportEach } from '../tasks.js';
import { warningsOf } from '../warnings.js';

export function contextTests({ test, given }: Suite): void {
  test('outside of a task there is no current one', async () => {
    assert.equal(currentTask(), undefined);
    assert.equal(currentExecutor(), undefined);
    await Promise.resolve();
  });

  test('currentTask tells id, name, attempt and signal', async (t) => {
    const executor = t.executor();
    const [one, two] = [await executor.submit(facts), await executor.submit(facts)];
    assert.notEqual(one.id, two.id);
    assert.deepEqual([one.name, one.attempt, one.aborted], ['facts', 1, false]);
    assert.equal(typeof one.workerId, 'number');
    assert.equal(currentTask(), undefined, 'the caller is still outside');
  });

  test('the name given by with() is the name of the task', async (t) => {
    const executor = t.executor().with({ name: 'resize cat.png' });
    assert.equal((await executor.submit(facts)).name, 'resize cat.png');
    const gate = t.gate();
    const future = executor.submit(t.stay, gate.token, 1);
    assert.match(String(future), /resize cat\.png/);
    gate.open();
    await future;
  });

  test('views nest, and the inner options win', async (t) => {
    const view = t.executor().with({ name: 'outer', priority: 1 }).with({ name: 'inner' });
    assert.equal((await view.submit(facts)).name, 'inner');
  });

  test('tasks that await keep their own currentTask', async (t) => {
    const executor = t.executor();
    const names = ['a', 'b', 'c'];
    assert.deepEqual(await Promise.all(names.map((name) => executor.with({ name }).submit(nameLater))), names);
  });

  given('progress').test('report() reaches onProgress, in order, before the result', async (t) => {
    const seen: unknown[] = [];
    const executor = t.executor().with({ onProgress: (progress) => seen.push(progress) });
    assert.equal(await executor.submit(reportEach, [1, { percent: 50 }, 'end']), 3);
    assert.deepEqual(structuredClone(seen), structuredClone([1, { percent: 50 }, 'end']));
  });

  given('progress').test('report() without a listener, and a listener that throws, do no harm', async (t) => {
    const executor = t.executor();
    assert.equal(await executor.submit(reportEach, [1]), 1);
    const throwing = executor.with({
      onProgress: () => {
        throw new Error('onProgress');
      },
    });
    const [warning] = await warningsOf('HEDDLE_CALLBACK_THREW', 2, async () => {
      assert.equal(await throwing.submit(reportEach, [1, 2]), 2);
    });
    assert.match(warning?.detail ?? '', /^Error: onProgress\n/);
  });

  test("the caller's AsyncLocalStorage is kept: in awaits, then, done callbacks and loops over a map", async (t) => {
    const executor = t.executor();
    const request = new AsyncLocalStorage<string>();
    const handle = async (id: string): Promise<void> => {
      const seen: unknown[] = [];
      const future = executor.submit(double, 1);
      const called = new Promise<void>((resolve) => {
        future.addDoneCallback(() => {
          seen.push(request.getStore());
          resolve();
        });
      });
      await Promise.all([called, future.then(() => seen.push(request.getStore()))]);
      await executor.submit(double, 2);
      seen.push(request.getStore());
      for await (const n of executor.map(double, [1, 2, 3])) seen.push([n, request.getStore()].join());
      assert.deepEqual(seen, [id, id, id, `2,${id}`, `4,${id}`, `6,${id}`]);
    };
    await Promise.all(['r1', 'r2', 'r3'].map((id) => request.run(id, handle, id)));
  });

  test('a done callback runs in the context of whoever added it', async (t) => {
    const storage = new AsyncLocalStorage<string>();
    const gate = t.gate();
    const executor = t.executor();
    const future = storage.run('submitter', () => executor.submit(t.stay, gate.token, 1));
    const seen: unknown[] = [];
    storage.run('adder', () => {
      future.addDoneCallback(() => seen.push(storage.getStore()));
    });
    future.addDoneCallback(() => seen.push(storage.getStore()));
    gate.open();
    await future;
    assert.deepEqual(seen, ['adder', undefined]);
  });
}
