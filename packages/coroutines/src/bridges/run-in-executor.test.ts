/**
 * Threads under scopes, and scopes on threads: from here on with real ones.
 *
 * @workers
 */
import { isMainThread } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import {
  createTask,
  gather,
  runInExecutor,
  setDefaultExecutor,
  sleep,
  TaskGroup,
  toThread,
  waitFor,
  wrapFuture,
  type Task,
} from '@heddle/coroutines';
import { Future, InlineExecutor, InvalidStateError, TimeoutError, asCompleted, wait } from '@heddle/futures';
import { defaultExecutor } from '@heddle/futures/authors';
import { createGate, failureOf, hold, until } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
afterAll(() => Promise.all([pool.shutdown(), defaultExecutor()?.shutdown()]));
afterEach(() => {
  setDefaultExecutor(undefined);
});

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const loop = (): never => {
  for (;;);
};
const isMain = async (): Promise<boolean> => (await import('node:worker_threads')).isMainThread;

describe('runInExecutor', () => {
  test('gives the value or the error of a task on the executor', async () => {
    const task: Task<boolean> = runInExecutor(pool, isMain);
    expect(task).toBeInstanceOf(Future);
    expect([await task, isMainThread]).toEqual([false, true]);
    expect(await runInExecutor(pool, (a: number, b: number) => a + b, 1, 2)).toBe(3);
    await expect(
      runInExecutor(pool, () => {
        throw new RangeError('there');
      }),
    ).rejects.toThrow('there');
  });

  test('cancelled before the worker begins it: it never does', async () => {
    const gate = createGate(true);
    const blockers = [pool.submit(hold, gate.token, 0), pool.submit(hold, gate.token, 0)];
    await until('both to be held', () => gate.arrivals === 2);
    const task = runInExecutor(pool, () => 'never');
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    gate.open();
    await Promise.all(blockers);
  });

  test('cancelled while it computes without end: its thread is stopped', async () => {
    const { crashes } = pool.statistics();
    const task = createTask(async () => {
      await runInExecutor(pool, loop);
    });
    await until('it to run', () => pool.statistics().running === 1);
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    expect(task.cancelled()).toBe(true);
    await until('its thread to be gone', () => pool.statistics().running === 0);
    expect(pool.statistics().crashes).toBe(crashes);
    expect(await pool.submit(() => 'works on')).toBe('works on');
  });

  test('a task on the executor that watches its signal cleans up, and is waited for', async () => {
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const polite = async (shared: Int32Array): Promise<void> => {
      const { sleep } = await import('@heddle/coroutines');
      const sleeping = sleep(60_000); // from here on it watches its signal
      Atomics.store(shared, 0, 1);
      try {
        await sleeping;
      } finally {
        Atomics.store(shared, 1, 1);
      }
    };
    const task = createTask(async () => {
      await runInExecutor(pool, polite, flags);
    });
    await until('it to sleep', () => Atomics.load(flags, 0) === 1);
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), Atomics.load(flags, 1)]).toEqual([true, 1]);
  });

  test('in a cancelled scope nothing is submitted', async () => {
    const accepted = pool.statistics().finished;
    const task = createTask(async () => {
      await forever().catch(() => undefined);
      await runInExecutor(pool, () => 1);
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), pool.statistics().finished]).toEqual([true, accepted]);
  });

  test('takes its arguments as they are at the call', async () => {
    const list = [1];
    const task = runInExecutor(pool, (each: number[]) => each.length, list);
    list.push(2);
    expect(await task).toBe(1);
  });

  test.each([
    [undefined, () => 1],
    [{}, () => 1],
  ])('%p is no executor', (executor, fn) => {
    expect(() => runInExecutor(executor as never, fn)).toThrow(/^runInExecutor: an Executor is needed, got /);
  });

  test('a promise is no function', () => {
    expect(() => runInExecutor(pool, Promise.resolve(1) as never)).toThrow(
      /^runInExecutor: a function is needed, got an instance of Promise; pass the function and its arguments/,
    );
  });
});

describe('toThread', () => {
  test('runs on a thread that @heddle/threads offers', async () => {
    expect(await toThread(isMain)).toBe(false);
    expect(await toThread((n: number) => n + 1, 1)).toBe(2);
  });

  test('runs on the executor that was chosen', async () => {
    const executor = new InlineExecutor();
    setDefaultExecutor(executor);
    expect(await toThread(isMain)).toBe(true);
    await executor.shutdown();
    expect(() => toThread(isMain)).toThrow('cannot schedule new futures after shutdown');
  });

  test('without an executor says what to do', async () => {
    // The source's copy of @heddle/futures is the one that @heddle/threads told; a realm of its own has none.
    const offer = globalThis as Record<symbol, unknown>;
    const key = Symbol.for('heddle.defaultExecutor');
    const kept = offer[key];
    offer[key] = undefined;
    try {
      expect(() => toThread(isMain)).toThrow(InvalidStateError);
      expect(() => toThread(isMain)).toThrow(
        "toThread: there is no executor to run it; import '@heddle/threads' or 'heddle', or choose one by setDefaultExecutor(executor)",
      );
    } finally {
      offer[key] = kept;
    }
  });

  test('stops with its group', async () => {
    setDefaultExecutor(pool);
    await expect(
      TaskGroup.run(async (group) => {
        group.createTask(async () => {
          await toThread(loop);
        });
        await until('it to run', () => pool.statistics().running === 1);
        throw new RangeError('x');
      }),
    ).rejects.toMatchObject({ errors: [new RangeError('x')] });
    await until('its thread to be gone', () => pool.statistics().running === 0);
  });
});

describe('futures of executors in the verbs', () => {
  test('waitFor aborts what is late; its thread is free again', async () => {
    const future = pool.submit(loop);
    await expect(waitFor(future, 20)).rejects.toThrow(TimeoutError);
    expect(future.done()).toBe(true);
    await until('its thread to be gone', () => pool.statistics().running === 0);
  });

  test('gather aborts the siblings of what fails', async () => {
    const future = pool.submit(loop);
    await expect(
      gather([
        future,
        pool.submit(() => {
          throw new RangeError('x');
        }),
      ]),
    ).rejects.toThrow('x');
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED' });
  });

  test('wrapFuture makes a task of a future, and of a promise', async () => {
    expect(await wrapFuture(pool.submit(() => 1))).toBe(1);
    await expect(wrapFuture(Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError);
    const task = wrapFuture(new Promise(() => undefined));
    expect([task.state, task.cancel('why')]).toEqual(['running', true]);
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    for (const wrong of [undefined, 5, () => 1])
      expect(() => wrapFuture(wrong as never)).toThrow(/^wrapFuture: a future or another promise is needed, got /);
  });

  test('wrapFuture in a cancelled scope stops what it wraps', async () => {
    const future = pool.submit(loop);
    const task = createTask(async () => {
      await forever().catch(() => undefined);
      await wrapFuture(future);
    });
    await until('it to run', () => future.running());
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), future.done()]).toEqual([true, true]);
  });

  test('wait and asCompleted take tasks and futures alike, and end with the scope', async () => {
    const [task, future] = [createTask(() => 1), pool.submit(() => 2)];
    const { done } = await wait<number>([task, future]);
    expect([...done]).toEqual([task, future]);
    const seen: number[] = [];
    for await (const each of asCompleted<number>([task, future])) seen.push(await each.result());
    expect(seen).toEqual([1, 2]);

    const never = createTask(forever);
    const waiting = createTask(async () => {
      await wait([never]);
    });
    const looping = createTask(async () => {
      for await (const each of asCompleted([never])) each.cancel();
    });
    await sleep(0);
    for (const each of [waiting, looping]) {
      each.cancel('why');
      await expect(each).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
      expect(each.cancelled()).toBe(true);
    }
    expect(never.done()).toBe(false); // left alone
    never.cancel();
    await failureOf(never);
  });

  test.each([[wait], [asCompleted]] as unknown as [(futures: unknown) => PromiseLike<unknown>][])('%p takes no functions', async (verb) => {
    await expect(async () => {
      await verb([forever]);
    }).rejects.toThrow(/futures must be futures, got function forever$/);
  });
});

describe('in a task of an executor', () => {
  test('sleep and every other wait end when it is aborted', async () => {
    const future = pool.submit(async () => {
      const { createTask, sleep, currentSignal } = await import('@heddle/coroutines');
      const child = createTask(async () => {
        await sleep(60_000);
      });
      await child.catch(() => undefined);
      if (!child.cancelled() || !currentSignal().aborted) return;
      await sleep(60_000);
    });
    await until('it to run', () => future.running());
    expect(await future.abort('why', { graceMs: 10_000 })).toBe(true);
    await expect(future).rejects.toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'why' });
  });

  test('InlineExecutor in a coroutine: its task has a scope of its own', async () => {
    const executor = new InlineExecutor();
    const task = createTask(async () => {
      const future = executor.submit(async () => {
        const own = createTask(forever);
        await own.catch(() => undefined);
        await sleep(60_000);
      });
      await sleep(0);
      await future.abort('the inner one', { graceMs: 10_000 });
      return [((await failureOf(future)) as Error & { code: string }).code, await sleep(0)];
    });
    expect(await task).toEqual(['HEDDLE_ABORTED', undefined]);
    await executor.shutdown();
  });
});
