/** @workers */
import { describe, expect, test } from '@jest/globals';
import { Pool, Thread } from 'threads';
import { failureOf, until } from '@heddle/testkit/support';
import { application, gate, open, start } from './test-support/workers.js';
import { ThreadsJsExecutor } from './threads-js-executor.js';

type Make = (size: number, spawn?: () => Promise<object>) => Promise<ThreadsJsExecutor>;

const overThreads: Make = async (size, spawn) => {
  const threads = await Promise.all(Array.from({ length: size }, start));
  return new ThreadsJsExecutor(threads, spawn === undefined ? { own: true } : { own: true, spawn });
};
const overPool: Make = async (size, spawn) =>
  new ThreadsJsExecutor(Pool(start, size), spawn === undefined ? { own: true } : { own: true, spawn });

describe.each([
  ['threads', overThreads],
  ['a Pool', overPool],
])('over %s', (_name, make) => {
  test('a worker that exits fails its task; without spawn the others go on, and the last one breaks the executor', async () => {
    const executor = await make(2);
    const error = await failureOf(executor.with({ name: 'culprit' }).submit(application.exit, 3));
    expect(error).toMatchObject({
      code: 'HEDDLE_WORKER_DIED',
      exitCode: 3,
      message: expect.stringMatching(/exit code 3.*"culprit"/) as unknown,
    });
    expect(await executor.map(application.double, [1, 2, 3, 4]).toArray()).toEqual([2, 4, 6, 8]);
    expect(executor.parallelism).toBe(1);
    expect(executor.statistics()).toMatchObject({ crashes: 1, workers: { busy: 0, idle: 1 } });
    const last = executor.submit(application.exit, 4);
    const waiting = executor.submit(application.add, 1, 2);
    expect(await failureOf(last)).toMatchObject({ exitCode: 4 });
    expect(await failureOf(waiting)).toMatchObject({
      code: 'HEDDLE_BROKEN_EXECUTOR',
      message: expect.stringMatching(/all its workers/) as unknown,
    });
    expect(() => executor.submit(application.add, 1, 2)).toThrow(/was not accepted: ThreadsJsExecutor is broken/);
    expect(executor.statistics()).toMatchObject({ state: 'broken', crashes: 2 });
    await executor.shutdown();
  });

  test('with spawn there is a successor: what waited runs there', async () => {
    const executor = await make(1, start);
    const dead = executor.submit(application.exit, 1);
    const waiting = [1, 2, 3].map((n) => executor.submit(application.double, n));
    expect(await failureOf(dead)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    expect(await Promise.all(waiting)).toEqual([2, 4, 6]);
    expect(executor.parallelism).toBe(1);
    await executor.shutdown();
  });

  test('a successor that cannot start breaks the executor, with the cause', async () => {
    const executor = await make(1, () => {
      throw new Error('no more threads');
    });
    const dead = executor.submit(application.exit, 1);
    const waiting = executor.submit(application.double, 1);
    await failureOf(dead);
    expect(await failureOf(waiting)).toMatchObject({ code: 'HEDDLE_BROKEN_EXECUTOR', cause: { message: 'no more threads' } });
    await executor.shutdown();
  });

  test('a crash within a map or a stream ends it there', async () => {
    const executor = await make(1, start);
    expect(await failureOf(executor.map(application.exit, [5, 6], { chunkSize: 2 }).toArray())).toMatchObject({ exitCode: 5 });
    const stream = executor.stream(application.endless, gate());
    expect(await stream.next()).toMatchObject({ value: 1 });
    await executor.shutdown({ wait: false });
    await stream.return();
    await executor.shutdown();
  });

  test('abort of a task that spins: its worker is stopped and replaced', async () => {
    const executor = await make(1, start);
    const future = executor.submit(application.spin);
    await until('the task to run', () => future.running());
    expect(await future.abort('enough')).toBe(true);
    await expect(future).rejects.toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'enough' });
    expect(await executor.submit(application.add, 1, 2)).toBe(3);
    expect(executor.statistics().crashes).toBe(0);
    await expect(executor.with({ timeoutMs: 20 }).submit(application.spin)).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    await executor.shutdown();
  });

  test('abort without spawn: the future fails after the grace period, and the worker goes on', async () => {
    const executor = await make(1);
    const here = gate();
    const future = executor.submit(application.wait, here);
    await until('the task to run', () => Atomics.load(here, 1) === 1);
    expect(await future.abort('enough', { graceMs: 1 })).toBe(true);
    await expect(future).rejects.toMatchObject({ code: 'HEDDLE_ABORTED' });
    const next = executor.submit(application.add, 1, 2);
    open(here);
    expect(await next).toBe(3);
    expect(executor.statistics()).toMatchObject({ finished: 1, failed: 1, running: 0, crashes: 0 });
    await executor.shutdown();
  });
});

test('a worker of a Pool that dies of a task of the application: what waited runs on its successor', async () => {
  const pool = Pool(start, 1);
  const executor = new ThreadsJsExecutor(pool, { own: true, spawn: start });
  expect(await executor.submit(application.add, 1, 1)).toBe(2);
  type Calls = Record<string, (...args: unknown[]) => PromiseLike<unknown>>;
  const here = gate();
  void pool.queue(async (thread: object) => await (thread as Calls)['wait']?.(here));
  await until('the task of the application', () => Atomics.load(here, 1) === 1);
  const waiting = executor.submit(application.add, 1, 2);
  await Thread.terminate((await (pool as unknown as { workers: { init: Promise<object> }[] }).workers[0]?.init) ?? {});
  expect(await waiting).toBe(3);
  await executor.shutdown();
});

test('a thread that its application has terminated while it was idle', async () => {
  const [first, second] = [await start(), await start()];
  const executor = new ThreadsJsExecutor([first, second], { own: true });
  await Thread.terminate(first);
  await until('the end of the worker', () => executor.parallelism === 1);
  expect(await executor.submit(application.add, 1, 2)).toBe(3);
  await executor.shutdown();
  const late = new ThreadsJsExecutor([first]);
  expect(await failureOf(late.submit(application.add, 1, 2))).toMatchObject({ code: 'HEDDLE_BROKEN_EXECUTOR' });
});
