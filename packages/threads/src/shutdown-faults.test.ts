/**
 * Shutdown while things go wrong: whatever the fault and the kind of shutdown, every future settles, nothing is left.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import type { Future, ShutdownOptions } from '@heddle/futures';
import { tasksOf } from '@heddle/serialization';
import { warningsOf } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';
import { Latch, block } from './test-support/latch.js';
import { expectNothingLeft, holdings } from './test-support/leftovers.js';
import { identity } from './test-support/with-pool.js';

const missing = tasksOf<{ add(a: number, b: number): number }>(new URL('../fixtures/nowhere.mjs', import.meta.url));
const failing = tasksOf<{ add(a: number, b: number): number }>(new URL('../fixtures/throws-on-load.mjs', import.meta.url));

const faults: [name: string, submit: (pool: ThreadPoolExecutor) => Future<unknown>][] = [
  ['exits', (pool) => pool.submit(() => process.exit(3))],
  [
    'throws outside of the task',
    (pool) =>
      pool.submit(async () => {
        setTimeout(() => {
          throw new Error('stray');
        }, 0);
        await new Promise(() => undefined);
      }),
  ],
  [
    'rejects unhandled',
    (pool) =>
      pool.submit(async () => {
        void Promise.reject(new Error('stray'));
        await new Promise(() => undefined);
      }),
  ],
  [
    'loops, with timeoutMs',
    (pool) =>
      pool.with({ timeoutMs: 30 }).submit(() => {
        for (;;);
      }),
  ],
  [
    'runs out of memory',
    (pool) =>
      pool.submit(() => {
        const hoard: unknown[] = [];
        for (;;) hoard.push(Array.from({ length: 1000 }, Math.random));
      }),
  ],
  ['can not be sent', (pool) => pool.submit(identity, () => 1)],
  ['can not send its result', (pool) => pool.submit(() => () => 1)],
  ['has no module', (pool) => pool.submit(missing.add, 1, 2)],
  ['has a module that fails', (pool) => pool.submit(failing.add, 1, 2)],
  [
    'throws undefined',
    (pool) =>
      pool.submit(() => {
        throw undefined;
      }),
  ],
];

const shutdowns: ShutdownOptions[] = [{ wait: true }, { wait: false, cancelFutures: true }];

describe.each(shutdowns)('shutdown(%j) while a task', (options) => {
  test.each(faults)('%s', async (_name, submit) => {
    const before = holdings();
    const pool = new ThreadPoolExecutor({ maxWorkers: 2, resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } });
    const gate = new Latch();
    const first = pool.submit(block, gate.words, 'first');
    const fault = submit(pool);
    const rest = Array.from({ length: 20 }, (_, i) => pool.submit(identity, i));
    await gate.arrived(1);
    const shutdown = pool.shutdown(options);
    expect(() => pool.submit(identity, 1)).toThrow(/cannot schedule new futures after shutdown/);
    gate.open();
    await shutdown;
    expect(await first).toBe('first');
    const [outcome, ...others] = await Promise.allSettled([fault, ...rest]);
    expect(outcome.status).toBe('rejected');
    for (const [i, other] of others.entries()) {
      if (other.status === 'fulfilled') expect(other.value).toBe(i);
      else expect(options.cancelFutures === true && other.reason).toMatchObject({ code: 'HEDDLE_CANCELLED' });
    }
    await pool.shutdown();
    await expectNothingLeft(pool, before);
  });
});

describe('shutdown', () => {
  test('while the pool breaks', async () => {
    await warningsOf('HEDDLE_BROKEN', 1, async () => {
      const before = holdings();
      const pool = new ThreadPoolExecutor({ maxWorkers: 2, deathLimit: { maxDeaths: 1, periodMs: 60_000 } });
      const futures = Array.from({ length: 20 }, () => pool.submit(() => process.exit(1)));
      await pool.shutdown();
      const outcomes = await Promise.allSettled(futures);
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
      await expectNothingLeft(pool, before);
    });
  });

  test('with cancelFutures ends what waits, and lets run what runs', async () => {
    const before = holdings();
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const gate = new Latch();
    const running = pool.submit(block, gate.words, 'ran');
    await gate.arrived(1);
    const waiting = Array.from({ length: 100 }, (_, i) => pool.submit(identity, i));
    const shutdown = pool.shutdown({ cancelFutures: true });
    expect(waiting.every((future) => future.cancelled())).toBe(true);
    expect(running.state).toBe('running');
    gate.open();
    await shutdown;
    expect(await running).toBe('ran');
    expect(pool.statistics()).toMatchObject({ state: 'shutdown', cancelled: 100, finished: 1 });
    await expectNothingLeft(pool, before);
  });
});
