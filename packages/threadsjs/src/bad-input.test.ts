/** @workers */
import { describe, expect, test } from '@jest/globals';
import { Pool, spawn, Thread, Worker } from 'threads';
import { failureOf, until } from '@heddle/testkit/support';
import { application, gate, open, start } from './test-support/workers.js';
import { ThreadsJsExecutor } from './threads-js-executor.js';

describe('what is no pool', () => {
  test.each<[what: string, given: unknown, message: RegExp]>([
    ['nothing', undefined, /a Pool of threads\.js 1\.7, or an array .* is needed, got undefined/],
    ['no threads', [], /got an empty array/],
    ['an object', {}, /got/],
    ['an array of other things', [{}], /a thread that spawn\(\) of threads.js 1.7 gave is needed/],
    ['a pool of another library', { queue: () => undefined }, /the pool of another version, or of another library/],
  ])('%s is refused', (_what, given, message) => {
    expect(() => new ThreadsJsExecutor(given as never)).toThrow(message);
  });

  test('a promise of a thread: the error says to await it', async () => {
    const starting = start();
    expect(() => new ThreadsJsExecutor([starting])).toThrow(/await what spawn\(\) gives/);
    await Thread.terminate(await starting);
  });

  test('a pool that was terminated', async () => {
    const pool = Pool(start, 1);
    await pool.terminate();
    expect(() => new ThreadsJsExecutor(pool)).toThrow(/terminated already; make a new one/);
  });

  test('wrong options are refused by name', async () => {
    const pool = Pool(start, 1);
    expect(() => new ThreadsJsExecutor(pool, { own: 1 as never })).toThrow(/own/);
    expect(() => new ThreadsJsExecutor(pool, { spawn: {} as never })).toThrow(/spawn/);
    expect(() => new ThreadsJsExecutor(pool, { owns: true } as never)).toThrow(/owns/);
    await pool.terminate();
  });
});

test('a worker file that does not exist: tasks fail with that error, and nothing is thrown elsewhere', async () => {
  const pool = Pool(async () => await spawn(new Worker('./absent.mjs')), 2);
  const executor = new ThreadsJsExecutor(pool, { own: true });
  const error = await failureOf(executor.submit(application.add, 1, 2));
  expect(error).toMatchObject({
    code: 'HEDDLE_BROKEN_EXECUTOR',
    message: expect.stringMatching(/Cannot find module .*absent\.mjs/) as unknown,
  });
  expect(() => executor.submit(application.add, 1, 2)).toThrow(/broken/);
  await executor.shutdown();
});

test('a pool that its application terminates: what waited fails, and what ran too', async () => {
  const pool = Pool(start, 1);
  const executor = new ThreadsJsExecutor(pool);
  const here = gate();
  const running = executor.submit(application.wait, here);
  const waiting = executor.submit(application.add, 1, 2);
  await until('the task to run', () => Atomics.load(here, 1) === 1);
  const terminated = pool.terminate(true);
  expect(await failureOf(running)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
  expect(await failureOf(waiting)).toMatchObject({
    code: 'HEDDLE_BROKEN_EXECUTOR',
    message: expect.stringMatching(/the pool was terminated/) as unknown,
  });
  expect(() => executor.submit(application.add, 1, 2)).toThrow(/the pool was terminated/);
  await terminated;
  await executor.shutdown();
});

describe('shutdown', () => {
  test('leaves a pool as it was found, with its listeners', async () => {
    const worker = new Worker('../fixtures/application.mjs');
    const thread = await spawn(worker);
    const emitter = worker as unknown as { listenerCount(event: string): number };
    const counts = (): number[] => ['exit', 'error', 'message'].map((event) => emitter.listenerCount(event));
    const before = counts();
    const pool = Pool(() => Promise.resolve(thread), 1);
    const executor = new ThreadsJsExecutor(pool);
    expect(await executor.submit(application.add, 1, 2)).toBe(3);
    expect(counts()).not.toEqual(before);
    await executor.shutdown();
    expect(counts()).toEqual(before);
    expect(() => executor.submit(application.add, 1, 2)).toThrow(/after shutdown of this ThreadsJsExecutor/);
    await using again = new ThreadsJsExecutor(pool, { own: true });
    expect(await again.submit(application.add, 3, 4)).toBe(7);
  });

  test('with own it ends the pool, after what was accepted', async () => {
    const pool = Pool(start, 1);
    const executor = new ThreadsJsExecutor(pool, { own: true });
    const here = gate();
    const running = executor.submit(application.wait, here);
    const last = executor.submit(application.add, 1, 2);
    const cancelled = executor.submit(application.add, 3, 4);
    await until('the task to run', () => Atomics.load(here, 1) === 1);
    expect(cancelled.cancel()).toBe(true);
    const down = executor.shutdown();
    open(here);
    await down;
    expect([await running, await last]).toEqual(['opened', 3]);
    expect(() => pool.queue(() => Promise.resolve())).toThrow(/terminate/);
    expect(executor.statistics()).toMatchObject({ finished: 2, cancelled: 1, workers: { starting: 0, busy: 0, idle: 0 } });
  });

  test('cancelFutures takes back what has not begun', async () => {
    const executor = new ThreadsJsExecutor([await start()], { own: true });
    const here = gate();
    const running = executor.submit(application.wait, here);
    const waiting = executor.submit(application.add, 1, 2);
    await until('the task to run', () => Atomics.load(here, 1) === 1);
    const down = executor.shutdown({ cancelFutures: true });
    expect(await failureOf(waiting)).toMatchObject({ code: 'HEDDLE_CANCELLED' });
    open(here);
    await down;
    expect(await running).toBe('opened');
  });
});
