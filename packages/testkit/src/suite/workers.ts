import assert from 'node:assert/strict';
import { namedError, stillWorks, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import { facts, factsAfter } from '../tasks.js';

export function workerTests({ test, given }: Suite): void {
  test('parallelism is how many tasks can run at the same time', async (t) => {
    const executor = t.executor();
    assert.ok(Number.isInteger(executor.parallelism) && executor.parallelism >= 1);
    await stillWorks(executor);
  });

  given('parallel').test('saturation: as many tasks run at once as there are workers, and no more', async (t) => {
    const executor = t.executor({ maxWorkers: 3 });
    assert.equal(executor.parallelism, 3);
    const gate = t.gate();
    const futures = Array.from({ length: 45 }, (_, i) => executor.submit(t.stay, gate.token, i));
    await gate.arrived(3);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(gate.arrivals, 3);
    assert.equal(futures.filter((future) => future.running()).length, 3);
    assert.equal(futures.filter((future) => future.state === 'pending').length, 42);
    gate.open();
    assert.deepEqual(
      await Promise.all(futures),
      Array.from({ length: 45 }, (_, i) => i),
    );
  });

  given('parallel', 'workerIdentity').test('tasks that run at once have different workers', async (t) => {
    const executor = t.executor({ maxWorkers: 3 });
    const gate = t.gate();
    const futures = Array.from({ length: 3 }, () => executor.submit(factsAfter, gate.token));
    await gate.arrived(3);
    gate.open();
    const ids = (await Promise.all(futures)).map(({ workerId }) => workerId);
    assert.equal(new Set(ids).size, 3);
    const { workers } = executor.statistics();
    assert.equal(workers.starting + workers.busy + workers.idle + workers.stopping, 3);
  });

  given('parallel', 'workerIdentity').test('an idle worker is used again before another one starts', async (t) => {
    const executor = t.newExecutor({ maxWorkers: 4 });
    const ids: number[] = [];
    for (let i = 0; i < 5; i++) ids.push((await executor.submit(facts)).workerId);
    assert.equal(new Set(ids).size, 1);
    const { workers } = executor.statistics();
    assert.equal(workers.starting + workers.busy + workers.idle, 1);
  });

  given('parallel').test('a long task holds up no other while a worker is free', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    await Promise.all(Array.from({ length: 500 }, (_, i) => executor.submit((n: number) => n, i))); // makes the batches grow
    const gate = t.gate();
    const tiny = (n: number): number => n;
    const before = Array.from({ length: 50 }, (_, i) => executor.submit(tiny, i));
    const long = executor.submit(t.stay, gate.token, 'long');
    const after = Array.from({ length: 50 }, (_, i) => executor.submit(tiny, i));
    await Promise.all([...before, ...after]);
    assert.equal(long.done(), false);
    gate.open();
    assert.equal(await long, 'long');
  });

  given('maxTasksPerWorker', 'parallel', 'workerIdentity').test(
    'maxTasksPerWorker: the same worker for that many tasks, then a new one',
    async (t) => {
      const executor = t.executor({ maxWorkers: 1, maxTasksPerWorker: 3 });
      const ids: number[] = [];
      for (let i = 0; i < 7; i++) ids.push((await executor.submit(facts)).workerId);
      const [a, b, c] = [ids[0], ids[3], ids[6]];
      assert.deepEqual(ids, [a, a, a, b, b, b, c]);
      assert.equal(new Set(ids).size, 3);
      assert.equal(executor.statistics().crashes, 0, 'a worker that has done its share did not crash');
    },
  );

  given('maxTasksPerWorker', 'parallel', 'workerIdentity').test(
    'maxTasksPerWorker: tasks submitted at once are all done, none of them twice',
    async (t) => {
      const executor = t.executor({ maxWorkers: 2, maxTasksPerWorker: 5 });
      const gate = t.gate();
      gate.open();
      const all = await Promise.all(Array.from({ length: 60 }, () => executor.submit(factsAfter, gate.token)));
      const perWorker = new Map<number, number>();
      for (const { workerId } of all) perWorker.set(workerId, (perWorker.get(workerId) ?? 0) + 1);
      for (const [workerId, count] of perWorker) assert.ok(count <= 5, `worker ${String(workerId)} ran ${String(count)} tasks`);
      assert.equal(gate.arrivals, 60);
    },
  );

  const { test: testOptions } = given('checksOptions');

  testOptions('maxWorkers must be a whole number of at least 1', async (t) => {
    const make = (maxWorkers: unknown): unknown => t.executor({ maxWorkers: maxWorkers as never });
    for (const wrong of [0, -1])
      namedError(
        thrown(() => make(wrong)),
        'RangeError',
        /maxWorkers/,
      );
    for (const wrong of [1.5, NaN]) assert.match((thrown(() => make(wrong)) as Error).message, /maxWorkers/);
    for (const wrong of ['4', null, {}])
      namedError(
        thrown(() => make(wrong)),
        'TypeError',
        /maxWorkers/,
      );
    await stillWorks(t.executor({ maxWorkers: 1 }));
  });

  testOptions('an unknown option is refused with the nearest name', async (t) => {
    namedError(
      thrown(() => t.executor({ maxWorker: 2 } as never)),
      'TypeError',
      /"maxWorker".*maxWorkers/,
    );
    namedError(
      thrown(() => t.executor('4' as never)),
      'TypeError',
      /options/,
    );
    await stillWorks(t.executor());
  });
}
