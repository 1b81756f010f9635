import assert from 'node:assert/strict';
import { namedError, rejection, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { catchNested, leaveBehind, nest, nestedFailure, nestedMap, nestedSum } from '../tasks.js';

export function nestedTests({ given }: Suite): void {
  const { test } = given('nested');
  const { test: testParallel } = given('nested', 'parallel');

  test('a task may submit to its own executor and await that', async (t) => {
    assert.equal(await t.executor().submit(nest, 1), 1);
  });

  given('nested', 'moduleImports').test('a task that travels by source may too', async (t) => {
    const outer = async (n: number): Promise<number> => {
      const { currentExecutor } = await import('@heddle/futures');
      const executor = currentExecutor();
      if (executor === undefined) throw new Error('no executor');
      return (await executor.submit((m: number) => m * 10, n)) + 1;
    };
    assert.equal(await t.executor().submit(outer, 4), 41);
  });

  test('errors of nested tasks reach the parent with their class, and through it the caller', async (t) => {
    const executor = t.executor();
    sameData(await executor.submit(catchNested, 'inner'), { name: 'RangeError', isRangeError: true, message: 'inner' });
    const error = namedError(await rejection(executor.submit(nestedFailure, 'through')), 'RangeError', /^through$/);
    assert.ok(error instanceof RangeError);
  });

  given('nested', 'moduleImports').test('functions travel within arguments, from the first submit on', async (t) => {
    const outer = async (n: number): Promise<number> => {
      const { currentExecutor } = await import('@heddle/futures');
      const use = (options: { times: (m: number) => number }): number => options.times(4);
      return (await currentExecutor()?.submit(use, { times: (m: number) => m * n })) ?? 0;
    };
    assert.equal(await t.executor().submit(outer, 10), 40);
  });

  test('a task may submit thousands', async (t) => {
    const executor = t.executor();
    assert.equal(await executor.submit(nestedSum, 10_000), 49_995_000);
    await stillWorks(executor);
  });

  test('a task may map', async (t) => {
    sameData(await t.executor().submit(nestedMap, [1, 2, 3]), [2, 4, 6]);
  });

  testParallel('a single worker is enough: a task that awaits another gives its slot away', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    assert.equal(await executor.submit(nest, 10), 10);
  });

  testParallel('more parents than workers, each with children: no deadlock', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const depths = await Promise.all(Array.from({ length: 20 }, (_, i) => executor.submit(nest, i % 5)));
    assert.deepEqual(
      depths,
      Array.from({ length: 20 }, (_, i) => i % 5),
    );
  });

  testParallel('a task may end without waiting for what it looked at: its worker goes on', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    const gate = t.gate();
    assert.equal(await executor.submit(leaveBehind, gate.token), 'left');
    await gate.arrived(1);
    assert.equal(executor.statistics().suspended, 0);
    gate.open();
    await t.until('the nested task to be finished', () => executor.statistics().finished === 2);
    await stillWorks(executor);
    assert.equal(executor.statistics().suspended, 0);
  });

  testParallel('nested tasks are counted', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 1 });
    await executor.submit(nest, 3);
    await t.until('four finished tasks', () => executor.statistics().finished === 4);
    assert.equal(executor.statistics().suspended, 0);
  });

  testParallel('shutdown waits for the children of what runs', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const future = executor.submit(nest, 3);
    await executor.shutdown();
    assert.equal(await future, 3);
  });
}
