import { expect } from '@jest/globals';
import type { Executor, Future } from '@heddle/futures';
import { failureOf, Warnings } from '@heddle/testkit/support';
import { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from '@heddle/threads';
import { Latch } from './latch.js';
import { expectNothingLeft, holdings } from './leftovers.js';

/**
 * Gives a test a pool and latches; afterwards opens the latches, shuts the pool down, and looks for leftovers. A pool that broke
 * has warned of it once.
 */
export async function withPool(
  options: ThreadPoolExecutorOptions,
  body: (pool: ThreadPoolExecutor, latch: () => Latch) => Promise<void>,
): Promise<void> {
  const before = holdings();
  const latches: Latch[] = [];
  const warnings = new Warnings(({ code }) => code === 'HEDDLE_BROKEN');
  const pool = new ThreadPoolExecutor(options);
  try {
    await body(pool, () => {
      const latch = new Latch();
      latches.push(latch);
      return latch;
    });
  } finally {
    for (const latch of latches) latch.open();
    const broke = pool.statistics().state === 'broken';
    await pool.shutdown({ cancelFutures: true });
    if (broke) await new Promise(setImmediate); // Node emits a warning in the next tick
    warnings.stop();
    if (broke) expect(warnings.all).toHaveLength(1);
  }
  await expectNothingLeft(pool, before);
}

/** A task that does nothing. */
export const identity = <T>(value: T): T => value;

/** Makes sure that a worker is there and idle. */
export async function warm(pool: Executor): Promise<void> {
  expect(await pool.submit(identity, 1)).toBe(1);
}

const numbers = Array.from({ length: 20 }, (_, i) => i);

/** Runs something that fails amid tasks that don't: these must not notice. Gives what it failed with. */
export async function failureAmid(pool: Executor, submit: () => Future<unknown>): Promise<Error> {
  const before = numbers.map((n) => pool.submit(identity, n));
  const future = submit();
  const after = numbers.map((n) => pool.submit(identity, n));
  const failure = await failureOf(future);
  expect(future.state).toBe('finished');
  expect(await Promise.all([...before, ...after])).toEqual([...numbers, ...numbers]);
  await warm(pool);
  return failure;
}
