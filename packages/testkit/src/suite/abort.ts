import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isHeddleError } from '@heddle/futures';
import { rejection, rejectsWith, stillWorks, thrown, namedError } from '../check.js';
import type { Suite } from '../suite.js';
import { delayUntilAborted, identity, untilAborted } from '../tasks.js';

function abortable(): { signal: AbortSignal; abort: (reason: unknown) => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
  };
}

export function abortTests({ test, given }: Suite): void {
  test('abort: the signal of the task aborts; it ends with the reason and fails with AbortError', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const future = executor.submit(untilAborted, gate.token);
    await gate.arrived(1);
    assert.equal(await future.abort('enough', { graceMs: 60_000 }), true);
    const error = await rejectsWith(future, 'HEDDLE_ABORTED');
    assert.deepEqual([error.cause, (error as { reason?: unknown }).reason], ['enough', 'enough']);
    assert.match(error.message, /untilAborted/, 'the message names the task');
    assert.equal(future.cancelled(), false);
    await stillWorks(executor);
  });

  test('a signal for many tasks has one listener, and none when they are done; aborted, it ends them all', async (t) => {
    const { signal, abort } = abortable();
    const executor = t.executor();
    const quick = Array.from({ length: 20 }, (_, i) => executor.with({ signal }).submit(identity, i));
    assert.ok(getEventListeners(signal, 'abort').length <= 1);
    assert.deepEqual(
      await Promise.all(quick),
      quick.map((_, i) => i),
    );
    await t.until('the signal to be left alone', () => getEventListeners(signal, 'abort').length === 0);
    const gate = t.gate();
    const waiting = Array.from({ length: 20 }, () => executor.with({ signal }).submit(untilAborted, gate.token));
    await gate.arrived(1);
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    abort('enough');
    for (const future of waiting) assert.ok(isHeddleError(await rejection(future)));
    await stillWorks(executor);
  });

  test("abort: what Node's own functions do with the signal counts as giving way", async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(delayUntilAborted, gate.token);
    await gate.arrived(1);
    assert.equal(await future.abort(undefined, { graceMs: 60_000 }), true);
    await rejectsWith(future, 'HEDDLE_ABORTED');
  });

  test('abort: a task that ends with its own value within the grace keeps it', async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(untilAborted, gate.token, 'done after all');
    await gate.arrived(1);
    assert.equal(await future.abort('enough', { graceMs: 60_000 }), false);
    assert.equal(await future, 'done after all');
  });

  test('abort: a task that never looks at its signal fails all the same', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const future = executor.submit(t.stay, gate.token, 'never read');
    await gate.arrived(1);
    assert.equal(await future.abort('stop', { graceMs: 10 }), true);
    assert.equal((await rejectsWith(future, 'HEDDLE_ABORTED')).cause, 'stop');
    await t.toldOfIgnoredAbort();
    gate.open();
    await stillWorks(executor);
  });

  test('abort with graceMs: Infinity: a task that never looks at its signal is told, and ends by itself', async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(t.stay, gate.token, 'done after all');
    await gate.arrived(1);
    const aborted = future.abort('when you can', { graceMs: Infinity });
    gate.open();
    assert.equal(await aborted, false);
    assert.equal(await future, 'done after all');
  });

  test('abort twice: both say it was stopped', async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(t.stay, gate.token, 'never read');
    await gate.arrived(1);
    const both = await Promise.all([future.abort('first', { graceMs: 0 }), future.abort('second', { graceMs: 0 })]);
    assert.deepEqual(both, [true, true]);
    assert.equal((await rejectsWith(future, 'HEDDLE_ABORTED')).cause, 'first');
    await t.toldOfIgnoredAbort();
    gate.open();
  });

  test('abort of a finished task is false', async (t) => {
    const future = t.executor().submit(() => 1);
    await future;
    assert.equal(await future.abort('late'), false);
    assert.equal(await future, 1);
  });

  test('abort: a wrong graceMs is refused', async (t) => {
    const gate = t.gate();
    const future = t.executor().submit(t.stay, gate.token, 1);
    await assert.rejects(future.abort('x', { graceMs: -1 }), RangeError);
    await assert.rejects(future.abort('x', { graceMs: 'soon' as never }), TypeError);
    gate.open();
    assert.equal(await future, 1);
  });

  given('abortsBlocked', 'parallel').test('abort of a blocked task: its neighbours, running and waiting, are unharmed', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const [stuck, beside] = [t.gate(), t.gate()];
    const neighbour = executor.submit(t.stay, beside.token, 'beside');
    await beside.arrived(1);
    const future = executor.submit(t.stay, stuck.token, 'never');
    await stuck.arrived(1);
    const waiting = Array.from({ length: 50 }, (_, i) => executor.submit(identity, i));
    assert.equal(await future.abort(new Error('why'), { graceMs: 0 }), true);
    const { cause } = await rejectsWith(future, 'HEDDLE_ABORTED');
    namedError(cause, 'Error', /^why$/);
    assert.deepEqual(
      await Promise.all(waiting),
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.equal(neighbour.state, 'running');
    beside.open();
    assert.equal(await neighbour, 'beside');
    assert.equal(executor.statistics().crashes, 0, 'a worker that was stopped did not crash');
  });

  given('abortsBlocked', 'parallel').test('an endless loop can be stopped', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const loop = (token: unknown): never => {
      if (typeof token !== 'string') Atomics.add(token as Int32Array, 1, 1);
      for (;;);
    };
    const future = executor.submit(loop, gate.token);
    if (typeof gate.token !== 'string') await gate.arrived(1);
    await t.until('the loop to run', () => future.running());
    assert.equal(await future.abort('endless', { graceMs: 0 }), true);
    await rejectsWith(future, 'HEDDLE_ABORTED');
    await stillWorks(executor);
  });

  test('timeoutMs: a task that runs too long is aborted, and fails with TimeoutError', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const future = executor.with({ timeoutMs: 20 }).submit(untilAborted, gate.token);
    const error = await rejectsWith(future, 'HEDDLE_TIMEOUT');
    assert.match(error.message, /untilAborted/, 'the message names the task');
    assert.match(error.message, /20/, 'the message tells the limit');
    assert.equal(future.state, 'finished');
    await stillWorks(executor);
  });

  test('timeoutMs: a task that is in time is let alone', async (t) => {
    const executor = t.executor().with({ timeoutMs: 60_000 });
    assert.equal(await executor.submit(() => 1), 1);
    assert.deepEqual(await executor.map((n: number) => n, [1, 2, 3]).toArray(), [1, 2, 3]);
  });

  given('abortsBlocked', 'parallel').test('timeoutMs: a task that blocks its worker is stopped', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const future = executor.with({ timeoutMs: 20 }).submit(t.stay, gate.token, 'never');
    await rejectsWith(future, 'HEDDLE_TIMEOUT');
    await stillWorks(executor);
  });

  given('parallel').test('timeoutMs counts from the claim: time in the queue is free', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    const second = executor.with({ timeoutMs: 500 }).submit(() => 2);
    await delay(700); // no event tells this: the limit has to pass while the task waits in the queue
    assert.equal(second.state, 'pending');
    gate.open();
    assert.deepEqual(await Promise.all([first, second]), [1, 2]);
  });

  test('with: wrong options are refused, and name the option', async (t) => {
    const executor = t.executor();
    const withAny = (options: unknown): unknown => executor.with(options as never);
    namedError(
      thrown(() => withAny({ timeoutMs: -1 })),
      'RangeError',
      /timeoutMs/,
    );
    namedError(
      thrown(() => withAny({ timeoutMs: '5' })),
      'TypeError',
      /timeoutMs/,
    );
    namedError(
      thrown(() => withAny({ priority: NaN })),
      'RangeError',
      /priority/,
    );
    namedError(
      thrown(() => withAny({ name: 5 })),
      'TypeError',
      /name/,
    );
    namedError(
      thrown(() => withAny({ signal: {} })),
      'TypeError',
      /signal/,
    );
    namedError(
      thrown(() => withAny({ timeout: 5 })),
      'TypeError',
      /"timeout".*timeoutMs/,
    );
    await stillWorks(executor);
  });
}
