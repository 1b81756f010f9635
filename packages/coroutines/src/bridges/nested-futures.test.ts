/**
 * What a coroutine submits to an executor belongs to its scope: cancelling reaches it, though it is only awaited.
 *
 * @workers
 */
import { getEventListeners } from 'node:events';
import { afterAll, describe, expect, test } from '@jest/globals';
import { CoroutineExecutor, createTask, currentSignal, shield, sleep, TaskGroup, timeout } from '@heddle/coroutines';
import { InlineExecutor, type Executor, type Future } from '@heddle/futures';
import { createGate, failureOf, hold, until, Warnings } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
const coroutines = new CoroutineExecutor({ maxConcurrency: 1 });
/** On a busy machine a thread that computes is stopped only after its scope has warned that it does not heed its signal. */
const warnings = new Warnings(({ code }) => code === 'HEDDLE_CANCELLATION_IGNORED');
afterAll(async () => {
  await Promise.all([pool.shutdown(), coroutines.shutdown()]);
  warnings.stop();
});

const endless = (): never => {
  for (;;);
};
const forever = async (): Promise<void> => {
  await sleep(Infinity);
};

describe.each<[string, Executor, () => unknown]>([
  ['a thread that computes without end', pool, endless],
  ['a coroutine that waits', coroutines, forever],
  ['a function on this thread that waits', new InlineExecutor(), forever],
])('%s', (_name, executor, fn) => {
  test('is stopped when the scope that submitted it is cancelled', async () => {
    let future: Future<unknown> | undefined;
    const task = createTask(async () => {
      future = executor.submit(fn);
      await future;
    });
    await until('it to run', () => future?.running() === true);
    task.cancel('enough');
    await failureOf(task);
    expect([task.cancelled(), future?.done()]).toEqual([true, true]);
    expect(await executor.submit(() => 'works on')).toBe('works on');
  });

  test('is stopped by a time limit', async () => {
    await expect(timeout(20, () => executor.submit(fn))).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    expect(await executor.submit(() => 'works on')).toBe('works on');
  });

  test('is stopped by an error in its group', async () => {
    let future: Future<unknown> | undefined;
    await expect(
      TaskGroup.run(async (group) => {
        group.createTask(async () => {
          future = executor.submit(fn);
          await future;
        });
        await until('it to run', () => future?.running() === true);
        throw new RangeError('no such loom');
      }),
    ).rejects.toMatchObject({ errors: [{ message: 'no such loom' }] });
    expect(future?.done()).toBe(true);
  });

  test('goes on under a shield', async () => {
    let inner: Future<unknown> | undefined;
    const task = createTask(() =>
      shield(async () => {
        inner = executor.submit(fn);
        await until('it to run', () => inner?.running() === true);
        task.cancel();
      }),
    );
    await Promise.allSettled([task]);
    expect(inner?.running()).toBe(true);
    expect(await inner?.abort()).toBe(true);
  });
});

describe('what has not begun', () => {
  test('is cancelled with the scope, and never runs', async () => {
    const gate = createGate(true);
    const held = pool.submit(hold, gate.token, undefined);
    const mark = new Int32Array(new SharedArrayBuffer(4));
    const task = createTask(async () => {
      await pool.submit((seen: Int32Array) => {
        Atomics.store(seen, 0, 1);
      }, mark);
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    gate.open();
    await held;
    await pool.submit(() => undefined);
    expect([task.cancelled(), mark[0]]).toEqual([true, 0]);
  });

  test('is not submitted in a cancelled scope', async () => {
    const before = coroutines.statistics().cancelled;
    let late: Future<unknown> | undefined;
    const task = createTask(async () => {
      await sleep(Infinity).catch(() => undefined);
      late = coroutines.submit(() => 1);
      await late;
    });
    await sleep(0);
    task.cancel('why');
    expect(await failureOf(task)).toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    expect([late?.cancelled(), coroutines.statistics().cancelled]).toEqual([true, before]);
  });
});

describe('map and stream', () => {
  test('a map ends with its scope: what runs is stopped, the rest never runs, and every further step says so', async () => {
    let ran = 0;
    const errors: unknown[] = [];
    const task = createTask(async () => {
      const results = coroutines.map(
        async (n: number) => {
          ran += 1;
          await sleep(n === 0 ? 0 : Infinity);
          return n;
        },
        [0, 1, 2],
        { chunkSize: 1 },
      );
      expect(await results.next()).toEqual({ done: false, value: 0 });
      await results.next().catch((error: unknown) => errors.push(error));
      await results.next().catch((error: unknown) => errors.push(error));
    });
    await until('the second', () => ran === 2);
    task.cancel();
    await Promise.allSettled([task]);
    expect(errors).toEqual([expect.objectContaining({ code: 'HEDDLE_CANCELLED' }), errors[0]]);
    expect(await coroutines.submit(() => 'works on')).toBe('works on');
    expect(ran).toBe(2);
  });

  test('nothing of a map is run in a cancelled scope', async () => {
    let ran = 0;
    const task = createTask(async () => {
      await sleep(Infinity).catch(() => undefined);
      await coroutines
        .map(() => {
          ran += 1;
        }, [1, 2, 3])
        .toArray();
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), ran]).toEqual([true, 0]);
  });

  test('a stream ends with its scope', async () => {
    const values: number[] = [];
    const task = createTask(async () => {
      for await (const n of pool.stream(function* () {
        yield 1;
        for (;;);
      }))
        values.push(n);
    });
    await until('the first value', () => values.length === 1);
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), await pool.submit(() => 'works on')]).toEqual([true, 'works on']);
  });
});

test('what a coroutine leaves to an executor goes on when it has ended well', async () => {
  const gate = createGate(true);
  let left: Future<unknown> | undefined;
  await createTask(() => {
    left = pool.submit(hold, gate.token, undefined);
  });
  expect(left?.done()).toBe(false);
  gate.open();
  await left;
  expect(left?.cancelled()).toBe(false);
});

test('nothing listens to a scope any longer when all is done', async () => {
  let signal: AbortSignal | undefined;
  await createTask(async () => {
    signal = currentSignal();
    await Promise.all([pool.submit(() => 1), coroutines.submit(() => 2), coroutines.map((n: number) => n, [1, 2, 3]).toArray()]);
    expect(getEventListeners(signal as EventTarget, 'abort').length).toBe(0);
  });
});
