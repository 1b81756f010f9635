/** @workers */
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { Tinypool } from 'tinypool';
import { tasksOf } from '@heddle/serialization';
// By name: workers start from built files.
import { TinypoolExecutor } from '@heddle/tinypool';
import { arrived, createGate, createPool, open, tasksFile, type Tasks } from './test-support/pools.js';

const { add, waitAt, blockAt, exit, exitLater, unclonable, missing } = tasksOf<Tasks>(tasksFile);

describe('the pool of an application', () => {
  test('runs exports of its own file, beside the application', async () => {
    const pool = createPool({ maxThreads: 2 });
    const executor = new TinypoolExecutor(pool);
    const tasks = executor.tasks<Tasks>();
    const both: unknown[] = await Promise.all([executor.submit(tasks.default, { name: 'Ada' }), pool.run({ name: 'Bob' })]);
    expect(both).toEqual(['default of Ada', 'default of Bob']);
    expect(await executor.starmap(tasks.add, [[1, 2], [3, 4]]).toArray()).toEqual([3, 7]); // prettier-ignore
    expect(() => new TinypoolExecutor(createPool({ filename: null })).tasks()).toThrow(/has no filename/);
  });

  test('is left as it was found, or destroyed where it is the executor’s own', async () => {
    const pool = createPool();
    const kept = new TinypoolExecutor(pool);
    await kept.submit(add, 1, 2);
    await kept.shutdown();
    expect(pool.threads).toHaveLength(1);
    expect(pool.listenerCount('error')).toBe(0);
    expect(await pool.run({ name: 'Eve' })).toBe('default of Eve');
    const owner = new TinypoolExecutor(pool, { own: true });
    await owner.submit(add, 1, 2);
    await Promise.all([owner.shutdown(), owner.shutdown()]);
    expect(pool.threads).toHaveLength(0);
  });

  test('gives its workers to both in turn: a task waits for one that the application has', async () => {
    const pool = createPool();
    const executor = new TinypoolExecutor(pool);
    const gate = createGate();
    const theirs = pool.run(gate, { name: 'waitAt' });
    await arrived(gate, 1);
    const [first, second] = [executor.submit(add, 1, 1), executor.submit(add, 2, 2)];
    await Promise.resolve();
    expect(executor.statistics()).toMatchObject({ queued: 2, running: 0 });
    expect(second.cancel()).toBe(true);
    open(gate);
    await theirs;
    expect(await first).toBe(2);
    expect(executor.statistics()).toMatchObject({ queued: 0, finished: 1, cancelled: 1 });
  });

  test('one task that waits in the queue of Tinypool is cancelled there', async () => {
    const pool = createPool();
    const executor = new TinypoolExecutor(pool);
    const gate = createGate();
    const theirs = pool.run(gate, { name: 'waitAt' });
    await arrived(gate, 1);
    const waiting = executor.submit(waitAt, gate, 'never');
    await Promise.resolve();
    expect(pool.queueSize).toBe(1);
    expect(waiting.cancel()).toBe(true);
    expect(pool.queueSize).toBe(0);
    open(gate);
    await theirs;
    await executor.shutdown();
    expect(gate[0]).toBe(1);
  });

  test('its cancelPendingTasks and its maxQueue are told', async () => {
    const pool = createPool();
    const executor = new TinypoolExecutor(pool);
    const gate = createGate();
    const theirs = pool.run(gate, { name: 'waitAt' });
    await arrived(gate, 1);
    const waiting = executor.submit(add, 1, 1);
    await Promise.resolve();
    pool.cancelPendingTasks();
    await expect(waiting).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED' });
    open(gate);
    await theirs;

    const short = createPool({ maxQueue: 0 });
    const other = createGate();
    const busy = short.run(other, { name: 'waitAt' });
    await arrived(other, 1);
    await expect(new TinypoolExecutor(short).submit(add, 1, 1)).rejects.toMatchObject({ code: 'HEDDLE_QUEUE_FULL' });
    open(other);
    await busy;
  });

  test.each([{ concurrentTasksPerWorker: 2 }, { isolateWorkers: true }, { useAtomics: false }, { minThreads: 0 }])(
    'with %p',
    async (options) => {
      const executor = new TinypoolExecutor(createPool({ maxThreads: 2, ...options }));
      expect(await executor.map((n: number) => n * n, [1, 2, 3, 4, 5], { chunkSize: 1 }).toArray()).toEqual([1, 4, 9, 16, 25]);
      await executor.shutdown();
    },
  );
});

describe('what Tinypool itself never settles', () => {
  test.each(['worker_threads', 'child_process'] as const)('a worker that exits: %s', async (runtime) => {
    const pool = createPool({ runtime });
    const executor = new TinypoolExecutor(pool);
    const error = await executor.submit(exit, 7).exception();
    expect(error).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 7 });
    expect((error as Error).message).toMatch(/^worker Tinypool_\d+ .*ended with exit code 7 while it ran task "exit"/);
    expect(await executor.submit(add, 1, 2)).toBe(3);
    expect(pool.threads).toHaveLength(1);
  });

  test('a task that waits for the only thread, which the application’s own task ends', async () => {
    const pool = new Tinypool({ filename: tasksFile, minThreads: 1, maxThreads: 1 });
    const executor = new TinypoolExecutor(pool, { own: true });
    const gate = createGate();
    pool.run([gate, 4], { name: 'exitAt' }).catch(() => undefined); // settles when the pool is destroyed
    await arrived(gate, 1);
    const waiting = executor.submit(add, 1, 2);
    await Promise.resolve();
    open(gate);
    await expect(waiting).rejects.toMatchObject({ code: 'HEDDLE_BROKEN_EXECUTOR', message: expect.stringContaining('exit code 4') });
    await executor.shutdown();
  });

  test('a thread that exits between two tasks', async () => {
    const pool = createPool({ useAtomics: false });
    const executor = new TinypoolExecutor(pool);
    const [worker] = pool.threads;
    const exited = once(worker as never, 'exit');
    await executor.submit(exitLater);
    await exited;
    await expect(executor.submit(add, 1, 2)).rejects.toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    expect(await executor.submit(add, 1, 2)).toBe(3);
  });

  test('a thread that has exited does not hold up the end of a pool', async () => {
    const pool = new Tinypool({ minThreads: 1, maxThreads: 1, useAtomics: false });
    const executor = new TinypoolExecutor(pool, { own: true });
    const exited = once(pool.threads[0] as never, 'exit');
    await executor.submit(exitLater);
    await exited;
    await executor.shutdown();
    expect(pool.threads).toHaveLength(0);
  });

  test.each(['worker_threads', 'child_process'] as const)('a result that cannot be cloned: %s', async (runtime) => {
    const executor = new TinypoolExecutor(createPool({ runtime }));
    await expect(executor.submit(unclonable)).rejects.toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      message: expect.stringContaining('result.deep.fn'),
    });
    expect(await executor.submit(add, 1, 2)).toBe(3);
  });

  test('a blocked thread of a pool with a teardown', async () => {
    const executor = new TinypoolExecutor(createPool({ teardown: 'teardown' }));
    const gate = createGate();
    const blocked = executor.submit(blockAt, gate);
    await arrived(gate, 1);
    expect(await blocked.abort('enough')).toBe(true);
    await expect(blocked).rejects.toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'enough' });
    expect(await executor.submit(add, 1, 2)).toBe(3);
  });

  test('a pool that is destroyed amid its tasks', async () => {
    const pool = createPool();
    const executor = new TinypoolExecutor(pool);
    const gate = createGate();
    const running = executor.submit(waitAt, gate, 1);
    await arrived(gate, 1);
    await pool.destroy();
    await expect(running).rejects.toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    expect(() => executor.submit(add, 1, 2)).toThrow(/the Tinypool has no workers: it was destroyed/);
    await executor.shutdown();
  });

  test('a pool that is destroyed while a task waits in its queue', async () => {
    const pool = createPool();
    const executor = new TinypoolExecutor(pool);
    const gate = createGate();
    const theirs = pool.run(gate, { name: 'waitAt' }).catch(() => 'destroyed');
    await arrived(gate, 1);
    const waiting = executor.submit(add, 1, 2);
    await Promise.resolve();
    await pool.destroy();
    expect(await theirs).toBe('destroyed');
    await expect(waiting).rejects.toMatchObject({ code: 'HEDDLE_BROKEN_EXECUTOR' });
  });
});

describe('bad input', () => {
  test('what is no Tinypool of this version', () => {
    for (const value of [undefined, null, {}, 1, { run: () => 1, destroy: () => 1 }]) {
      expect(() => new TinypoolExecutor(value as never)).toThrow(/TinypoolExecutor: pool must be a Tinypool/);
    }
    class Older extends Tinypool {
      static override get version(): string {
        return '1.1.1';
      }
    }
    const older = new Older({ minThreads: 0, maxThreads: 1 });
    expect(() => new TinypoolExecutor(older)).toThrow(/must be of tinypool 2, got one of version 1\.1\.1/);
    expect(() => new TinypoolExecutor(createPool(), { owns: true } as never)).toThrow(/own/);
    expect(() => new TinypoolExecutor(createPool(), { own: 1 } as never)).toThrow(/own/);
  });

  test('a destroyed pool', async () => {
    const pool = createPool();
    await pool.destroy();
    expect(() => new TinypoolExecutor(pool)).toThrow(/TinypoolExecutor: pool has no workers: it was destroyed/);
  });

  test('a module or an export that does not exist', async () => {
    const executor = new TinypoolExecutor(createPool());
    await expect(executor.submit(missing)).rejects.toMatchObject({
      code: 'HEDDLE_TASK_NOT_FOUND',
      message: expect.stringContaining('task "missing" not found in'),
    });
    const { gone } = tasksOf<{ gone(): void }>(new URL('./gone.mjs', tasksFile));
    await expect(executor.submit(gone)).rejects.toMatchObject({
      code: 'HEDDLE_TASK_NOT_FOUND',
      message: expect.stringContaining('gone.mjs'),
    });
  });

  test.each([
    ['worker_threads', 0],
    ['worker_threads', 1],
    ['child_process', 0],
    ['child_process', 1],
  ] as const)('a worker file that does not exist: %s, %i workers at first', async (runtime, minThreads) => {
    const pool = createPool({ runtime, minThreads, filename: new URL('./gone.mjs', tasksFile).href });
    const errors: unknown[] = [];
    pool.on('error', (error) => errors.push(error)); // otherwise Tinypool ends the program
    const failure = await new TinypoolExecutor(pool).submit(add, 1, 2).exception();
    expect(failure).toMatchObject({ message: expect.stringMatching(/gone\.mjs|Worker exited unexpectedly|ended with exit code/) });
    expect(['HEDDLE_BROKEN_EXECUTOR', 'HEDDLE_WORKER_DIED']).toContain((failure as { code?: string }).code);
  });
});
