import assert from 'node:assert/strict';
import type { Executor, Future } from '@heddle/futures';
import { heddleError, namedError, rejection, rejectsWith, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import { double, failDeep, identity } from '../tasks.js';
import { warningsOf } from '../warnings.js';

export function shutdownTests({ test, given }: Suite): void {
  test('afterwards submit and map throw ShutdownError; views of the executor too', async (t) => {
    const executor = t.newExecutor();
    const view = executor.with({ name: 'view' });
    assert.equal(await executor.submit(identity, 1), 1);
    await executor.shutdown();
    for (const each of [executor, view, executor.with({ priority: 1 })]) {
      const error = heddleError(
        thrown(() => each.submit(identity, 1)),
        'HEDDLE_SHUTDOWN',
      );
      assert.match(error.message, /cannot schedule new futures after shutdown/);
      heddleError(
        thrown(() => each.map(double, [1])),
        'HEDDLE_SHUTDOWN',
      );
      heddleError(
        thrown(() => each.starmap(double, [[1]])),
        'HEDDLE_SHUTDOWN',
      );
    }
  });

  test('it is idempotent, and harmless on an executor that never ran anything', async (t) => {
    const executor = t.newExecutor();
    await Promise.all([executor.shutdown(), executor.shutdown({ wait: false }), executor.shutdown()]);
    await executor.shutdown({ cancelFutures: true });
  });

  test('it refuses wrong options by name, and the executor goes on', async (t) => {
    const executor = t.newExecutor();
    const shutdown = async (options: unknown): Promise<void> => {
      await executor.shutdown(options as never);
    };
    namedError(await rejection(shutdown({ wait: 1 })), 'TypeError', /wait/);
    namedError(await rejection(shutdown({ cancelFuture: true })), 'TypeError', /"cancelFuture".*cancelFutures/);
    assert.equal(await executor.submit(identity, 1), 1);
  });

  test('it waits for everything that was accepted', async (t) => {
    const executor = t.newExecutor();
    const futures = Array.from({ length: 200 }, (_, i) => executor.submit(identity<number>, i));
    const failing = executor.submit(failDeep, 'x');
    const later = executor.submit(async (n: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      return n;
    }, 7);
    await executor.shutdown();
    assert.ok([...futures, failing, later].every((future) => future.done()));
    assert.deepEqual(
      await Promise.all(futures),
      Array.from({ length: 200 }, (_, i) => i),
    );
    assert.equal(await later, 7);
    namedError(await failing.exception(), 'RangeError');
  });

  test('right after a map larger than the workers: nothing hangs, nothing is lost', async (t) => {
    for (const chunkSize of [1, 'auto'] as const) {
      const executor = t.newExecutor();
      const items = Array.from({ length: 100 }, (_, i) => i);
      const results = executor.map(double, items, { chunkSize });
      await executor.shutdown();
      assert.deepEqual(
        await results.toArray(),
        items.map((n) => double(n)),
      );
    }
  });

  test('wait: false resolves while tasks still run, and they end well', async (t) => {
    const executor = t.newExecutor();
    const gate = t.gate();
    const future = executor.submit(t.stay, gate.token, 'in the end');
    await gate.arrived(1);
    await executor.shutdown({ wait: false });
    assert.equal(future.state, 'running');
    heddleError(
      thrown(() => executor.submit(identity, 1)),
      'HEDDLE_SHUTDOWN',
    );
    const down = executor.shutdown();
    gate.open();
    assert.equal(await future, 'in the end');
    await down;
  });

  test('a failure that nobody looks at is told afterwards; one that somebody looks at is not', async (t) => {
    const executor = t.newExecutor();
    const submit = (what: string): Future<never> => executor.with({ name: `${what} after shutdown` }).submit(failDeep, what);
    const futures = { seen: submit('seen'), lost: submit('lost') }; // failures are reported in their order
    const told = await warningsOf(
      'HEDDLE_NEVER_RETRIEVED',
      1,
      async () => {
        await executor.shutdown();
        namedError(await futures.seen.exception(), 'RangeError', /^seen$/);
      },
      /after shutdown/,
    );
    assert.deepEqual(
      told.map(({ message }) => message),
      ['Future exception was never retrieved (task "lost after shutdown")'],
    );
    assert.match(told[0]?.detail ?? '', /^RangeError: lost\n/);
    assert.ok(futures.lost.done());
  });

  test('await using waits, also when the block throws', async (t) => {
    const gate = t.gate();
    gate.open();
    let inside: Executor | undefined;
    const use = async (): Promise<void> => {
      await using executor = t.newExecutor();
      inside = executor;
      void executor.submit(t.stay, gate.token, 1);
      throw new Error('the block');
    };
    namedError(await rejection(use()), 'Error', /^the block$/);
    assert.equal(inside?.statistics().finished, 1);
    assert.equal(inside.statistics().state, 'shutdown');
    assert.equal(gate.arrivals, 1);
  });

  const { test: testParallel } = given('parallel');

  testParallel('tasks that wait when it is called still run', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    const waiting = Array.from({ length: 20 }, (_, i) => executor.submit(identity<number>, i));
    const down = executor.shutdown();
    gate.open();
    await down;
    assert.equal(first.done(), true);
    assert.deepEqual(
      await Promise.all(waiting),
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  testParallel('cancelFutures: what waits is cancelled at once, what runs ends well', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 2 });
    const gate = t.gate();
    const running = [executor.submit(t.stay, gate.token, 'a'), executor.submit(t.stay, gate.token, 'b')];
    await gate.arrived(2);
    const waiting = Array.from({ length: 50 }, (_, i) => executor.submit(identity<number>, i));
    const down = executor.shutdown({ cancelFutures: true });
    assert.ok(waiting.every((future) => future.cancelled()));
    await rejectsWith(waiting[0] ?? Promise.resolve(), 'HEDDLE_CANCELLED');
    gate.open();
    assert.deepEqual(await Promise.all(running), ['a', 'b']);
    await down;
    assert.equal(executor.statistics().cancelled, 50);
  });

  testParallel('a later call may add cancelFutures', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const gate = t.gate();
    const running = executor.submit(t.stay, gate.token, 'running');
    await gate.arrived(1);
    const waiting = executor.submit(identity, 1);
    const first = executor.shutdown();
    assert.equal(waiting.state, 'pending');
    const second = executor.shutdown({ cancelFutures: true });
    assert.equal(waiting.state, 'cancelled');
    gate.open();
    assert.equal(await running, 'running');
    await Promise.all([first, second]);
  });

  testParallel('cancelFutures: a map does not end as if it were complete', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    const results = executor.map(
      double,
      Array.from({ length: 50 }, (_, i) => i),
    );
    const down = executor.shutdown({ cancelFutures: true });
    await rejectsWith(results.toArray(), 'HEDDLE_CANCELLED');
    gate.open();
    await Promise.all([first, down]);
  });

  testParallel('many futures, cancelFutures in the middle: some finished, the others cancelled, none left', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 2 });
    const gate = t.gate();
    const futures = Array.from({ length: 500 }, (_, i) => executor.submit(t.stay, gate.token, i));
    await gate.arrived(1);
    gate.open();
    await executor.shutdown({ cancelFutures: true });
    assert.ok(futures.every((future) => future.done()));
    const finished = futures.filter((future) => future.state === 'finished').length;
    assert.ok(finished >= 1);
    const { cancelled } = executor.statistics();
    assert.equal(finished + cancelled, 500);
  });

  given('parallel', 'isolated').test('with a task that can not travel in the queue', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const bad = executor.submit((value: unknown) => value, { fn: () => 1 });
    await executor.shutdown({ wait: false });
    await rejectsWith(bad, 'HEDDLE_SERIALIZATION');
    await executor.shutdown();
  });

  given('parallel', 'abortsBlocked').test('an abort ends a shutdown that waits for a blocked task', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const gate = t.gate();
    const future = executor.submit(t.stay, gate.token, 'never');
    await gate.arrived(1);
    const down = executor.shutdown();
    assert.equal(await future.abort('closing', { graceMs: 0 }), true);
    await down;
    await rejectsWith(future, 'HEDDLE_ABORTED');
  });
}
