/**
 * Tests that the calls of a pool that a coroutine begins belong to its scope, as the tasks that it submits to an executor do.
 *
 * @workers
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTask, sleep, type Task } from '@heddle/coroutines';
import { CancelledError, isHeddleError } from '@heddle/futures';
import { ThreadPool } from '@heddle/pool';

/** Never ends, and never looks at its signal. */
const spin = (): never => {
  for (;;);
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

/** Returns the outcome of a promise as a text: `cancelled`, `aborted`, or another. */
async function endOf(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise;
    return 'a value';
  } catch (error) {
    if (isHeddleError(error, 'HEDDLE_CANCELLED')) return 'cancelled';
    return isHeddleError(error, 'HEDDLE_ABORTED') ? 'aborted' : String(error);
  }
}

let pool: ThreadPool;
beforeAll(() => {
  pool = new ThreadPool(1);
});
afterAll(async () => {
  await pool.terminate();
});

/** Begins a call in a coroutine, and cancels the coroutine while the call runs. */
async function cancelAround<T>(begin: () => T | Promise<T>): Promise<T> {
  let begun: T | undefined;
  const task: Task<void> = createTask(async () => {
    begun = await begin();
    await sleep(600_000);
  });
  await until(() => begun !== undefined);
  task.cancel();
  await expect(task).rejects.toThrow(CancelledError);
  return begun!;
}

describe('a cancelled coroutine', () => {
  test('apply and applyAsync: what runs is aborted, what waits is cancelled', async () => {
    const [running, waiting, result] = await cancelAround(async () => {
      const calls = [pool.apply(spin), pool.apply(() => 1), pool.applyAsync(() => 2)] as const;
      await until(() => calls[0].running());
      return calls;
    });
    expect(await Promise.all([endOf(running), endOf(waiting), endOf(result.get())])).toEqual(['aborted', 'cancelled', 'cancelled']);
  });

  test('map and starmap', async () => {
    const calls = await cancelAround(async () => {
      const begun = [pool.map(spin, [1, 2], 1), pool.starmap(spin, [[], []], 1)] as const;
      await until(() => begun[0].running());
      return begun;
    });
    expect(await Promise.all(calls.map(endOf))).toEqual(['aborted', 'cancelled']);
  });

  test('imap: each further step says so, and the source is closed', async () => {
    let isClosed = false;
    function* endless(): Generator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        isClosed = true;
      }
    }
    const [results, first] = await cancelAround(() => {
      const imap = pool.imap(spin, endless(), { bufferSize: 2 });
      return [imap, imap.next()] as const;
    });
    expect([await endOf(first), await endOf(results.next()), isClosed]).toEqual(['cancelled', 'cancelled', true]);
  });

  test('leaves its workers to others', async () => {
    expect(await pool.apply(() => 3)).toBe(3);
  });

  test('in a cancelled scope nothing is run', async () => {
    let ends: Promise<string[]> | undefined;
    const task = createTask(async () => {
      try {
        await sleep(600_000);
      } finally {
        const begun = [pool.apply(() => 1), pool.applyAsync(() => 1).get(), pool.map(() => 1, [1]), pool.imap(() => 1, [1]).next()];
        ends = Promise.all(begun.map(endOf));
      }
    });
    await sleep(1);
    task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
    expect(await ends).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  });

  test('outside of a scope nothing ends it', async () => {
    expect(await pool.map((n: number) => n + 1, [1, 2])).toEqual([2, 3]);
  });
});
