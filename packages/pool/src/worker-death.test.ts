/**
 * Workers that die: the result they worked on fails, the rest goes on. CPython's pool waits for ever.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { Pool, ThreadPool } from '@heddle/pool';
import { createGate, failureOf, hold, until, warningsOf } from '@heddle/testkit/support';
import { describeEachPool, outcomesOf, range, square } from './test-support/each-pool.js';

const died = { name: 'WorkerDiedError', code: 'HEDDLE_WORKER_DIED' };

const exitAt3 = (n: number): number => {
  if (n === 3) process.exit(7);
  return n * n;
};

describeEachPool('a task that ends its worker', (kit) => {
  const { make } = kit;

  test('fails its own result; the others come, and the pool goes on', async () => {
    const pool = make(2);
    const results = range(8).map((n) => pool.applyAsync(exitAt3, [n]));
    for (const [n, result] of results.entries()) {
      if (n === 3) expect(await failureOf(result.get())).toMatchObject({ ...died, exitCode: 7 });
      else expect(await result.get()).toBe(n * n);
    }
    pool.close();
    await pool.join();
  });

  test('fails a map once its other chunks are done; the next map is fine', async () => {
    const pool = kit.shared;
    expect(await failureOf(pool.map(exitAt3, range(8)))).toMatchObject({ ...died, exitCode: 7 });
    expect(await pool.map(square, range(8))).toEqual(range(8).map(square));
  });

  test('is one error in an imap, in the place of its chunk; the rest follows', async () => {
    const pool = kit.shared;
    const error = expect.objectContaining(died);
    expect(await outcomesOf(pool.imap(exitAt3, range(8)))).toEqual([0, 1, 4, error, 16, 25, 36, 49]);
    expect(await outcomesOf(pool.imap(exitAt3, range(8), 2))).toEqual([0, 1, error, 16, 25, 36, 49]);
    const unordered = await outcomesOf(pool.imapUnordered(exitAt3, range(8)));
    expect(unordered.filter((each) => typeof each === 'number').sort((a, b) => a - b)).toEqual([0, 1, 4, 16, 25, 36, 49]);
    expect(unordered.filter((each) => typeof each !== 'number')).toEqual([error]);
  });
});

test('ThreadPool: again and again breaks the pool, loudly: no result is left without an outcome', async () => {
  await warningsOf('HEDDLE_BROKEN', 1, async () => {
    await using pool = new ThreadPool(1);
    const outcomes = await Promise.allSettled(range(30).map(async () => pool.applyAsync(() => process.exit(1)).get()));
    const codes = new Set(outcomes.map((each) => (each as { reason: { code: string } }).reason.code));
    expect([...codes]).toEqual(['HEDDLE_WORKER_DIED', expect.stringMatching(/^HEDDLE_BROKEN_/)]);
    pool.close();
    await pool.join();
  });
});

test.each(['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const)('Pool: %s in the middle of a map', async (signal) => {
  await using pool = new Pool(2);
  const killed = pool.mapAsync((n: number, name = signal) => {
    if (n === 5) {
      process.kill(process.pid, name);
      for (;;);
    }
    return n;
  }, range(16));
  expect(await failureOf(killed.get())).toMatchObject({ ...died, signal });
  expect(await pool.map(square, range(16))).toEqual(range(16).map(square));
});

test('Pool: kill -9 of a worker that runs a task of a map', async () => {
  const gate = createGate(false);
  await using pool = new Pool(1);
  const pid = await pool.apply(() => process.pid);
  const result = pool.starmapAsync(
    hold<number>,
    range(4).map((n) => [gate.token, n]),
    1,
  );
  await until('a task to run', () => gate.arrivals === 1);
  process.kill(pid, 'SIGKILL');
  await until('the worker to be replaced', () => gate.arrivals === 2);
  gate.open();
  expect(await failureOf(result.get())).toMatchObject({ ...died, signal: 'SIGKILL', pid });
  expect(await pool.apply(() => process.pid)).not.toBe(pid);
  gate.dispose();
});
