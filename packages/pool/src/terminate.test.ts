/**
 * terminate: nothing is waited for, whatever the workers do.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { block, failureOf, until, type GateToken } from '@heddle/testkit/support';
import { describeEachPool, range, square } from './test-support/each-pool.js';

/** Comes to a gate, and never ends. */
const comeAnd = async (token: GateToken, then: 'loop' | 'wait'): Promise<void> => {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${token as string}/${then}`, '');
  while (then === 'loop');
  await new Promise(() => undefined);
};

describeEachPool('terminate', ({ kind, make, gate }) => {
  test('every result has an outcome, which names the reason', async () => {
    const entry = gate();
    const pool = make(1);
    const running = pool.applyAsync(block<number>, [entry.token, 1]);
    await until('it to run', () => entry.arrivals === 1);
    const waiting = [pool.applyAsync(square, [2]), pool.mapAsync(square, range(5))];
    await pool.terminate();
    expect([running, ...waiting].every((result) => result.ready())).toBe(true);
    const reason = { code: 'HEDDLE_SHUTDOWN', message: 'the pool was terminated' };
    expect(await failureOf(running.get())).toMatchObject({ code: 'HEDDLE_ABORTED', cause: reason });
    for (const result of waiting)
      expect(await failureOf(result.get() as Promise<unknown>)).toMatchObject({ code: 'HEDDLE_CANCELLED', cause: reason });
  });

  test('of workers in an endless loop, and of tasks that never end', async () => {
    const pool = make(2);
    const entry = gate();
    const results = [pool.applyAsync(comeAnd, [entry.token, 'loop']), pool.applyAsync(comeAnd, [entry.token, 'wait'])];
    await until('both to run', () => entry.arrivals === 2);
    await pool.terminate();
    for (const result of results) expect(await failureOf(result.get())).toMatchObject({ code: 'HEDDLE_ABORTED' });
  });

  test('of an initializer that never ends', async () => {
    const pool = make({
      processes: 1,
      initializer: () => {
        for (;;);
      },
    });
    const result = pool.applyAsync(square, [1]);
    await pool.terminate();
    expect(await failureOf(result.get())).toMatchObject({ code: 'HEDDLE_CANCELLED' });
  });

  test('of what tasks have submitted in their turn', async () => {
    const entry = gate();
    const pool = make(2);
    await pool.apply(
      async (token, run) => {
        const { currentExecutor } = await import('@heddle/futures');
        void currentExecutor()?.submit(run, token, 'loop'); // and does not wait for it
      },
      [entry.token, comeAnd],
    );
    await until('it to run', () => entry.arrivals === 1);
    await pool.terminate();
    await pool.join();
  });

  test('during a join: that ends too', async () => {
    const entry = gate();
    const pool = make(1);
    const result = pool.applyAsync(block<number>, [entry.token, 1]);
    await until('it to run', () => entry.arrivals === 1);
    pool.close();
    const joined = pool.join();
    await pool.terminate();
    await joined;
    expect(await failureOf(result.get())).toMatchObject({ code: 'HEDDLE_ABORTED' });
  });

  test('leaves no worker', async () => {
    const pool = make(2);
    const pids = new Set(await pool.map(() => process.pid, range(8), 1));
    await pool.terminate();
    if (kind === 'threads') return;
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});
