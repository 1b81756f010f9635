/** @workers */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool, spawn, Transfer, type Thread } from 'threads';
import { failureOf, until } from '@heddle/testkit/support';
import { exposed, exposedFunction } from './exposed.js';
import { application, gate, open, start, workerOf } from './test-support/workers.js';
import { ThreadsJsExecutor } from './threads-js-executor.js';

let executor: ThreadsJsExecutor;

beforeAll(async () => {
  executor = new ThreadsJsExecutor([await start(), await start()], { own: true });
});

afterAll(async () => {
  await executor.shutdown();
});

describe('functions that workers expose', () => {
  test('submit, map, starmap', async () => {
    expect(await executor.submit(application.add, 1, 2)).toBe(3);
    expect(await executor.submit(application.double, 4)).toBe(8);
    expect(await executor.map(application.double, [1, 2, 3], { chunkSize: 2 }).toArray()).toEqual([2, 4, 6]);
    const pairs: [number, number][] = [
      [1, 2],
      [3, 4],
    ];
    expect(await executor.starmap(application.add, pairs).toArray()).toEqual([3, 7]);
  });

  test('an observable is a stream, with its error after its values', async () => {
    expect(await executor.stream(application.ticks, 5).toArray()).toEqual([1, 2, 3, 4, 5]);
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const value of executor.stream(application.failingTicks)) seen.push(value);
    };
    expect((await failureOf(read())).message).toBe('no more');
    expect(seen).toEqual(['first']);
  });

  test('leaving a stream leaves the observable, whose clean-up runs', async () => {
    const left = gate();
    for await (const value of executor.stream(application.endless, left)) if (value === 3) break;
    await until('the clean-up of the observable', () => Atomics.load(left, 0) === 1);
  });

  test('submit of an observable has its first value, as await has in threads.js', async () => {
    expect(await executor.submit(application.ticks, 3)).toBe(1);
  });

  test('Transfer moves arguments and results', async () => {
    const buffer = new ArrayBuffer(16);
    expect(await executor.submit(application.length, Transfer(buffer))).toBe(16);
    expect(buffer.byteLength).toBe(0);
    expect(new Float64Array(await executor.submit(application.buffer, 2))).toEqual(new Float64Array([7, 7]));
  });

  test("an error has the name, the message and both halves of the stack; its fields are lost by the library's way", async () => {
    const error = await failureOf(executor.submit(application.fail, 'too far'));
    expect(error).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect(error).not.toHaveProperty('detail');
    expect(error.stack).toMatch(/application\.mjs[^]*--- submitted[^]*exposed\.test\.ts/);
    const results = executor.map(application.fail, ['in a map']);
    expect(await failureOf(results.toArray())).toMatchObject({ message: 'in a map', index: 0 });
  });

  test.each([
    ['a result', application.functionResult],
    ['an error', application.functionError],
  ])('%s that cannot be cloned fails the task, also where the library never answers', async (_what, fn) => {
    const error = await failureOf(executor.with({ name: 'culprit' }).submit(fn));
    expect(error).toMatchObject({ code: 'HEDDLE_SERIALIZATION', message: expect.stringMatching(/"culprit".*cloned/) as unknown });
    expect(await executor.submit(application.add, 1, 1)).toBe(2);
  });

  test('a value of a stream that cannot be cloned ends the stream', async () => {
    const error = await failureOf(executor.stream(application.functionValues).toArray());
    expect(error).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
  });

  test('an argument that cannot be cloned is named by its path', async () => {
    const error = await failureOf(executor.submit(application.add, 1, { fn: () => 1 } as never));
    expect(error).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
    expect(error.message).toMatch(/could not be cloned|args\[1\]/);
  });

  test('a name that is not exposed: the error names the nearest', async () => {
    const { ad } = exposed<{ ad(): void }>();
    const error = await failureOf(executor.submit(ad));
    expect(error).toMatchObject({
      code: 'HEDDLE_TASK_NOT_FOUND',
      message: expect.stringMatching(/no function "ad"; did you mean "add"\?/) as unknown,
    });
  });

  test('a function that is no reference needs the runner', async () => {
    const error = await failureOf(executor.submit(() => 1));
    expect(error).toMatchObject({
      code: 'HEDDLE_TASK_NOT_FOUND',
      message: expect.stringMatching(/exposes add, .*\.\.\.runner/) as unknown,
    });
  });

  test('a reference cannot be called here, and an object of references can be awaited', async () => {
    expect(() => application.add(1, 2)).toThrow(/"add" runs in the workers of threads.js only/);
    expect(application.add).toBe(exposed<{ add(): void }>().add);
    expect(await Promise.resolve(application)).toBe(application);
  });

  test('a worker that exposes one function', async () => {
    const increment = exposedFunction<(n: number) => number>();
    await using single = new ThreadsJsExecutor([await spawn(workerOf('single'))], { own: true });
    expect(await single.map(increment, [1, 2]).toArray()).toEqual([2, 3]);
    expect((await failureOf(single.submit(application.add, 1, 2))).message).toMatch(/exposes no function "add"; it exposes one function/);
    expect((await failureOf(executor.submit(increment, 1))).message).toMatch(/does not expose a function alone/);
  });

  test('a runner beside functions of the worker: both are tasks', async () => {
    const { greet } = exposed<{ greet(name: string): string }>();
    await using both = new ThreadsJsExecutor(
      Pool(() => spawn(workerOf('both')), 1),
      { own: true },
    );
    expect(await both.submit(greet, 'you')).toBe('hello you');
    expect(await both.submit((a: number, b: number) => a * b, 6, 7)).toBe(42);
    const buffer = new ArrayBuffer(8);
    const { transfer } = await import('@heddle/serialization');
    expect(await both.submit((bytes: ArrayBuffer) => bytes.byteLength, transfer(buffer))).toBe(8);
    expect(buffer.byteLength).toBe(0);
  });
});

describe('a Pool that an application uses for tasks of its own, too', () => {
  test('has both, in turns, also with a limit of queued jobs', async () => {
    const pool = Pool(start, { size: 1, maxQueuedJobs: 1 });
    const here = gate();
    type Calls = Record<string, (...args: unknown[]) => PromiseLike<unknown>>;
    const own = pool.queue(async (thread: Thread) => await (thread as Calls)['wait']?.(here));
    await until('the task of the application', () => Atomics.load(here, 1) === 1);
    const next = pool.queue(async (thread: Thread) => await (thread as Calls)['add']?.(1, 1));
    const shared = new ThreadsJsExecutor(pool);
    const futures = [1, 2, 3].map((n) => shared.submit(application.double, n));
    const [first] = futures;
    expect(futures.map((future) => future.state)).toEqual(['pending', 'pending', 'pending']);
    expect(first?.cancel()).toBe(true);
    open(here);
    expect(await Promise.all([own, next, ...futures.slice(1)])).toEqual(['opened', 2, 4, 6]);
    await shared.shutdown();
    await pool.terminate();
  });
});
