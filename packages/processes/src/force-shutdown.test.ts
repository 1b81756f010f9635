/**
 * terminateWorkers() and killWorkers(), as CPython's force_shutdown_workers cases.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { block, createGate, failureOf, identity, until } from '@heddle/testkit/support';
import { isAlive, withPool } from './test-support/with-pool.js';

const numbers = Array.from({ length: 20 }, (_, i) => i);

describe.each([
  ['terminateWorkers', 'SIGTERM'],
  ['killWorkers', 'SIGKILL'],
] as const)('%s', (method, signal) => {
  test('what runs fails with the signal, what waits with the reason; later submits are refused', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const gate = createGate(false);
      const running = [1, 2].map((n) => pool.submit(block, gate.token, n));
      const waiting = numbers.map((n) => pool.submit(identity, n));
      await until('both to run', () => gate.arrivals === 2);
      await pool[method]();
      for (const future of running) expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_WORKER_DIED', signal });
      const failures = await Promise.all(waiting.map(failureOf));
      for (const failure of failures) {
        expect(failure).toMatchObject({ code: 'HEDDLE_BROKEN_PROCESS_POOL' });
        expect(failure.message).toMatch(new RegExp(`forcefully shut down \\(${method}\\)`));
      }
      expect(new Set(failures).size).toBe(numbers.length);
      expect(pool.statistics()).toMatchObject({ crashes: 0, workers: { starting: 0, busy: 0, idle: 0, stopping: 0 } });
      expect(() => pool.submit(identity, 1)).toThrow(/cannot schedule new futures after shutdown/);
      gate.dispose();
    });
  });

  test('before anything was started, twice, and after shutdown: nothing happens', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      await pool[method]();
      await pool[method]();
      expect(() => pool.submit(identity, 1)).toThrow(/shutdown/);
      await pool.shutdown();
      await pool[method]();
    });
  });

  test('a map that is under way ends', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const gate = createGate(false);
      const results = pool.map((n: number) => n, numbers, { chunkSize: 1 });
      const blocked = pool.submit(block, gate.token, 0);
      await until('it to run', () => gate.arrivals === 1);
      await pool[method]();
      await failureOf(blocked);
      await results.toArray().catch(() => undefined);
      gate.dispose();
    });
  });
});

test('a task that ignores SIGTERM is killed after graceMs', async () => {
  await withPool({ maxWorkers: 1 }, async (pool) => {
    const gate = createGate(false);
    const stubborn = pool.submit(async (token: string) => {
      process.on('SIGTERM', () => undefined);
      const { writeFileSync } = await import('node:fs');
      writeFileSync(`${token}/here`, '');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }, gate.token as string);
    await until('it to run', () => gate.arrivals === 1);
    await pool.terminateWorkers({ graceMs: 20 });
    expect(await failureOf(stubborn)).toMatchObject({ signal: 'SIGKILL' });
    gate.dispose();
  });
});

test.each([
  ['in its group', false],
  ['in a session of its own', true],
])('killWorkers ends what tasks have started too: %s', async (_where, detached) => {
  await withPool({ maxWorkers: 1 }, async (pool) => {
    const pid = await pool.submit(async (isDetached: boolean) => {
      const { spawn } = await import('node:child_process');
      return spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit', detached: isDetached }).pid ?? 0;
    }, detached);
    expect(isAlive(pid)).toBe(true);
    await pool.killWorkers();
    await until('what it started to be gone', () => !isAlive(pid));
  });
});

test('a task that leaves a daemon behind holds up neither the pool nor its shutdown', async () => {
  let pid = 0;
  await withPool({ maxWorkers: 1 }, async (pool) => {
    pid = await pool.submit(async () => {
      const { spawn } = await import('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit', detached: true });
      child.unref();
      return child.pid ?? 0;
    });
    expect(await pool.submit(identity, 1)).toBe(1);
    await pool.shutdown();
    expect(isAlive(pid)).toBe(true); // it was let go on purpose
    process.kill(pid, 'SIGKILL');
  });
});
