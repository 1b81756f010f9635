import assert from 'node:assert/strict';
import type { Future } from '@heddle/futures';
import { namedError, rejectsWith } from '../check.js';
import type { Suite } from '../suite.js';
import { failDeep } from '../tasks.js';
import { warningsOf } from '../warnings.js';

export function futureTests({ test, given }: Suite): void {
  test('a future is pending or running, then finished', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const future = executor.submit(t.stay, gate.token, 'value');
    assert.equal(future.done(), false);
    await gate.arrived(1);
    assert.deepEqual([future.state, future.running(), future.done(), future.cancelled()], ['running', true, false, false]);
    assert.match(String(future), /running/);
    gate.open();
    assert.equal(await future, 'value');
    assert.deepEqual([future.state, future.running(), future.done(), future.cancelled()], ['finished', false, true, false]);
    assert.match(String(future), /finished/);
  });

  test('a failed future is finished', async (t) => {
    const future = t.executor().submit(failDeep, 'no');
    namedError(await future.exception(), 'RangeError', /^no$/);
    assert.deepEqual([future.state, future.done(), future.cancelled()], ['finished', true, false]);
  });

  test('result() and exception() give the outcome, before and after it is there', async (t) => {
    const executor = t.executor();
    const good = executor.submit((n: number) => n, 1);
    assert.equal(await good.result(), 1);
    assert.equal(await good.result(0), 1);
    assert.deepEqual([await good.exception(), await good.exception(0)], [undefined, undefined]);
    const bad = executor.submit(failDeep, 'failed');
    await assert.rejects(async () => await bad.result(), { name: 'RangeError', message: 'failed' });
    await assert.rejects(async () => await bad.result(0), { name: 'RangeError', message: 'failed' });
    namedError(await bad.exception(0), 'RangeError', /^failed$/);
  });

  test('result(timeoutMs) and exception(timeoutMs) give up waiting; the task goes on', async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(t.stay, gate.token, 'in the end');
    for (const timeoutMs of [0, 5]) {
      await rejectsWith(future.result(timeoutMs), 'HEDDLE_TIMEOUT');
      await rejectsWith(future.exception(timeoutMs), 'HEDDLE_TIMEOUT');
    }
    gate.open();
    assert.equal(await future.result(60_000), 'in the end');
  });

  test('await, then, catch, finally and Promise.all see the same outcome', async (t) => {
    const executor = t.executor();
    const future = executor.submit(() => 3);
    assert.equal(await future, 3);
    assert.equal(await future.then((n) => n * 2), 6);
    assert.equal(await future.catch(() => 0), 3);
    assert.equal(await future.finally(() => 0), 3);
    assert.deepEqual(await Promise.all([future, future]), [3, 3]);
    const bad = executor.submit(failDeep, 'seen');
    assert.equal(
      await bad.then(
        () => '',
        (error: unknown) => (error as Error).message,
      ),
      'seen',
    );
    assert.equal(await bad.catch((error: unknown) => (error as Error).message), 'seen');
    const [outcome] = await Promise.allSettled([bad]);
    assert.equal(outcome.status, 'rejected');
  });

  test('done callbacks run once, in the order of adding, and get the future', async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(t.stay, gate.token, 'value');
    const calls: [number, boolean][] = [];
    const note =
      (n: number) =>
      (got: Future<unknown>): void => {
        calls.push([n, got === future && got.done()]);
      };
    future.addDoneCallback(note(1));
    future.addDoneCallback(note(2));
    future.addDoneCallback(note(3));
    assert.equal(calls.length, 0);
    gate.open();
    await future;
    assert.deepEqual(calls, [
      [1, true],
      [2, true],
      [3, true],
    ]);
    future.addDoneCallback(note(4));
    assert.deepEqual(calls.at(-1), [4, true], 'a callback added late runs at once');
    assert.equal(calls.length, 4);
  });

  test('a callback that throws stops neither the others nor the executor', async (t) => {
    const executor = t.executor();
    const future = executor.submit(failDeep, 'the task');
    const seen: string[] = [];
    const [warning] = await warningsOf('HEDDLE_CALLBACK_THREW', 1, async () => {
      future.addDoneCallback(() => {
        throw new Error('the callback');
      });
      future.addDoneCallback((done) => seen.push(done.state));
      await future.exception();
    });
    assert.match(warning?.detail ?? '', /^Error: the callback\n/);
    assert.deepEqual(seen, ['finished']);
    assert.equal(await executor.submit(() => 1), 1);
  });

  test('a callback may submit', async (t) => {
    const executor = t.executor();
    const next = await new Promise<number>((resolve) => {
      executor
        .submit(() => 20)
        .addDoneCallback(() => {
          resolve(executor.submit((n: number) => n + 1, 20));
        });
    });
    assert.equal(next, 21);
  });

  test('a running future can not be cancelled, nor a finished one', async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(t.stay, gate.token, 'value');
    await gate.arrived(1);
    assert.equal(future.cancel(), false);
    assert.equal(future.state, 'running');
    gate.open();
    assert.equal(await future, 'value');
    assert.equal(future.cancel(), false);
    assert.equal(future.cancelled(), false);
  });

  given('parallel').test('a task that blocks leaves the caller free', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const future = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(future.state, 'running');
    gate.open();
    assert.equal(await future, 1);
  });
}
