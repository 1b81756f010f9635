/**
 * The shared executor over processes; how options are compared is tested with threads. loky's test_reusable_executor.
 *
 * @workers
 */
import { readdirSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { Future } from '@heddle/futures';
import { getReusableExecutor, ProcessPoolExecutor, type ProcessPoolExecutorOptions } from '@heddle/processes';
import { block, createGate, failureOf, type Gate, identity, until, Warnings } from '@heddle/testkit/support';
import { children, isAlive, openFiles } from './test-support/with-pool.js';

/** Pools that break, to be replaced, say so. */
const warnings = new Warnings(({ code }) => code === 'HEDDLE_BROKEN');
afterAll(() => {
  warnings.stop();
});

const numbers = Array.from({ length: 50 }, (_, i) => i);
const exit = (code: number): never => process.exit(code);
const pidOf = (): number => process.pid;
const before = { children: new Set(children()), files: openFiles() };
const gates: Gate[] = [];

function createClosedGate(): Gate {
  const gate = createGate(false);
  gates.push(gate);
  return gate;
}

/** Each test begins without one, and leaves nothing behind. */
afterEach(async () => {
  for (const gate of gates.splice(0)) gate.dispose();
  await getReusableExecutor().shutdown();
  await until('the children of this process to be gone', () => children().every((pid) => before.children.has(pid)));
  await until('descriptors to be closed', () => openFiles() <= before.files);
});

const count = (pool: ProcessPoolExecutor): number => {
  const { starting, busy, idle, stopping } = pool.statistics().workers;
  return starting + busy + idle + stopping;
};

async function occupy(pool: ProcessPoolExecutor, gate: Gate, busy: number): Promise<Future<number>[]> {
  const futures = Array.from({ length: busy }, (_, i) => pool.submit(block, gate.token, i));
  await until(`${String(busy)} to run`, () => gate.arrivals === busy);
  return futures;
}

test('the same for the same options', async () => {
  const options = (): ProcessPoolExecutorOptions => ({
    maxWorkers: 2,
    env: { ...process.env, A: '1' },
    execArgv: ['--no-warnings'],
    cwd: '.',
  });
  const pool = getReusableExecutor(options());
  expect(pool).toBeInstanceOf(ProcessPoolExecutor);
  const pid = await pool.submit(pidOf);
  expect(getReusableExecutor(options())).toBe(pool);
  expect(await pool.submit(pidOf)).toBe(pid);
});

describe('another number of workers: the same executor, resized', () => {
  test('down and up again, idle: the processes that stay are the same', async () => {
    const pool = getReusableExecutor({ maxWorkers: 2 });
    const gate = createClosedGate();
    const running = await occupy(pool, gate, 2);
    const pids = children().filter((pid) => !before.children.has(pid));
    gate.open();
    await Promise.all(running);
    expect(getReusableExecutor({ maxWorkers: 1 })).toBe(pool);
    await until('one to be left', () => count(pool) === 1);
    const one = await pool.submit(pidOf);
    expect(pids).toContain(one);
    expect(getReusableExecutor({ maxWorkers: 2 })).toBe(pool);
    expect(await pool.submit(pidOf)).toBe(one);
    const next = createClosedGate();
    const two = await occupy(pool, next, 2);
    next.open();
    expect(await Promise.all(two)).toEqual([0, 1]);
    expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0 });
  });

  test('while all are busy, with tasks that were sent ahead', async () => {
    const pool = getReusableExecutor({ maxWorkers: 3 });
    await Promise.all(Array.from({ length: 500 }, (_, i) => pool.submit(identity, i))); // batches have grown
    const gate = createClosedGate();
    const running = await occupy(pool, gate, 3);
    const waiting = numbers.map((n) => pool.submit(identity, n));
    await new Promise((resolve) => setImmediate(resolve)); // what can be sent is sent
    expect(getReusableExecutor({ maxWorkers: 1 })).toBe(pool);
    expect(running.every((future) => future.running())).toBe(true);
    gate.open();
    expect(await Promise.all([...running, ...waiting])).toEqual([0, 1, 2, ...numbers]);
    await until('one to be left', () => count(pool) === 1);
    expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0, finished: 553 });
  });

  test('up, while tasks wait', async () => {
    const pool = getReusableExecutor({ maxWorkers: 1 });
    const gate = createClosedGate();
    const futures = numbers.slice(0, 3).map((n) => pool.submit(block, gate.token, n));
    await until('one to run', () => gate.arrivals === 1);
    getReusableExecutor({ maxWorkers: 3 });
    await until('all to run', () => gate.arrivals === 3);
    gate.open();
    expect(await Promise.all(futures)).toEqual([0, 1, 2]);
  });

  test('many times, with work under way', async () => {
    const first = getReusableExecutor({ maxWorkers: 2 });
    const futures: Future<number>[] = [];
    for (const n of numbers) {
      const pool = getReusableExecutor({ maxWorkers: 1 + (n % 3) });
      expect(pool).toBe(first);
      futures.push(pool.submit(identity, n));
      if (n % 7 === 0) await futures.at(-1);
    }
    expect(await Promise.all(futures)).toEqual(numbers);
    expect(first.statistics()).toMatchObject({ crashes: 0, failed: 0 });
  });

  test('with a worker that was killed, and killed while it was to go', async () => {
    const pool = getReusableExecutor({ maxWorkers: 2 });
    process.kill(await pool.submit(pidOf), 'SIGKILL');
    getReusableExecutor({ maxWorkers: 3 });
    const gate = createClosedGate();
    const running = await occupy(pool, gate, 3);
    getReusableExecutor({ maxWorkers: 1 });
    for (const name of readdirSync(gate.token as string)) process.kill(parseInt(name), 'SIGKILL'); // each arrival begins with its pid
    for (const future of running) expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_WORKER_DIED', signal: 'SIGKILL' });
    expect(await Promise.all(numbers.map((n) => pool.submit(identity, n)))).toEqual(numbers);
    expect(count(pool)).toBe(1);
  });
});

describe('a new one', () => {
  test.each<[string, ProcessPoolExecutorOptions, ProcessPoolExecutorOptions]>([
    ['env', { env: { A: '1' } }, { env: { A: '2' } }],
    ['execArgv', { execArgv: [] }, { execArgv: ['--no-warnings'] }],
    ['cwd', {}, { cwd: '/' }],
    ['maxMemory', { maxMemory: 1e9 }, { maxMemory: 2e9 }],
  ])('other options: %s', (_, one, other) => {
    const pool = getReusableExecutor(one);
    const next = getReusableExecutor(other);
    expect(next).not.toBe(pool);
    expect([pool.statistics().state, next.statistics().state]).toEqual(['shutdown', 'open']);
  });

  test('the old one finishes what it has accepted, and lets its processes go', async () => {
    const pool = getReusableExecutor({ maxWorkers: 1 });
    const gate = createClosedGate();
    const running = await occupy(pool, gate, 1);
    const waiting = numbers.map((n) => pool.submit(identity, n));
    const pid = pool.submit(pidOf);
    expect(await getReusableExecutor({ maxWorkers: 1, prefixOutput: true }).submit(identity, 1)).toBe(1);
    gate.open();
    expect(await Promise.all([...running, ...waiting])).toEqual([0, ...numbers]);
    const gone = await pid;
    await until('its process to be gone', () => !isAlive(gone));
  });

  test.each(['shutdown', 'terminateWorkers', 'killWorkers'] as const)('after %s', async (method) => {
    const pool = getReusableExecutor({ maxWorkers: 1 });
    expect(await pool.submit(identity, 1)).toBe(1);
    const ended = pool[method]();
    const next = getReusableExecutor({ maxWorkers: 1 });
    expect(next).not.toBe(pool);
    expect(await next.submit(identity, 2)).toBe(2);
    await ended;
  });

  test('when it broke', async () => {
    const options = { maxWorkers: 1, deathLimit: { maxDeaths: 0, periodMs: 1000 } };
    const pool = getReusableExecutor(options);
    expect(await failureOf(pool.submit(exit, 3))).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 3 });
    expect(pool.statistics().state).toBe('broken');
    const next = getReusableExecutor(options);
    expect(next).not.toBe(pool);
    expect(await next.submit(identity, 1)).toBe(1);
  });
});

describe('crashes', () => {
  test.each(['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const)('%s, which it bears, is no reason for a new one', async (signal) => {
    const pool = getReusableExecutor({ maxWorkers: 2 });
    const crash = pool.submit((name: NodeJS.Signals) => process.kill(process.pid, name), signal);
    expect(await failureOf(crash)).toMatchObject({ signal });
    expect(getReusableExecutor({ maxWorkers: 2 })).toBe(pool);
    expect(await pool.submit(identity, 1)).toBe(1);
  });

  test.each([
    ['bears', 10],
    ['breaks by', 0],
  ])('a done callback may submit again during a crash that the executor %s', async (_, maxDeaths) => {
    const options = { maxWorkers: 2, deathLimit: { maxDeaths, periodMs: 60_000 } };
    const pool = getReusableExecutor(options);
    const crashing = pool.submit(exit, 1);
    const again = new Promise<number[]>((resolve) => {
      crashing.addDoneCallback(() => {
        resolve(Promise.all(numbers.map((n) => getReusableExecutor(options).submit(identity, n))));
      });
    });
    expect(await again).toEqual(numbers);
    expect(await failureOf(crashing)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    expect(getReusableExecutor(options) === pool).toBe(maxDeaths > 0);
  });

  test('crash after crash, each one breaking it', async () => {
    const options = { maxWorkers: 2, deathLimit: { maxDeaths: 0, periodMs: 60_000 } };
    const seen = new Set<ProcessPoolExecutor>();
    for (let i = 0; i < 3; i++) {
      const pool = getReusableExecutor(options);
      seen.add(pool);
      const outcomes = await Promise.all(
        [...numbers.map((n) => pool.submit(identity, n)), pool.submit(exit, 1)].map((future) => future.exception()),
      );
      expect(outcomes.at(-1)).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
    }
    expect(seen.size).toBe(3);
  });
});

test('idle processes go after idleTimeoutMs, and come again', async () => {
  const options = { maxWorkers: 2, idleTimeoutMs: 10 };
  const pool = getReusableExecutor(options);
  const pids = new Set<number>();
  for (let i = 0; i < 3; i++) {
    const pid = await getReusableExecutor(options).submit(pidOf);
    pids.add(pid);
    await until('it to be gone', () => !isAlive(pid) && count(pool) === 0);
  }
  expect(pids.size).toBe(3);
  expect(getReusableExecutor(options)).toBe(pool);
});

test('what is no option is refused, and the one that is there stays', () => {
  const pool = getReusableExecutor();
  expect(() => getReusableExecutor({ env: { A: 1 } } as unknown as ProcessPoolExecutorOptions)).toThrow(
    'getReusableExecutor: env.A must be a string, got 1',
  );
  expect(getReusableExecutor()).toBe(pool);
  expect(pool.statistics().state).toBe('open');
});
