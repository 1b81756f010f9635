/**
 * Many tasks: a million in the queue, ten thousand from one task.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { runProgram } from './test-support/program.js';
import { identity, withPool } from './test-support/with-pool.js';

describe('many tasks', () => {
  // In a process of its own, as programs are: under Jest every promise and every error costs several times as much.
  test('1,000,000 in the queue all settle, and leave no memory behind', async () => {
    const { code, stdout } = await runProgram('million', ['--expose-gc']);
    expect(code).toBe(0);
    const { sum, finished, queued, grownMb } = JSON.parse(stdout) as Record<string, number>;
    expect([sum, finished]).toEqual([499_999_500_000, 1_000_000]);
    expect(queued).toBeGreaterThan(500_000);
    expect(grownMb).toBeLessThan(20);
  });

  test('200,000 in the queue are cancelled, and leave no memory behind', async () => {
    const { code, stdout } = await runProgram('manyCancelled', ['--expose-gc']);
    expect(code).toBe(0);
    const { cancelled, finished, grownMb } = JSON.parse(stdout) as Record<string, number>;
    expect(cancelled! + finished!).toBe(200_000);
    expect(cancelled).toBeGreaterThan(100_000);
    expect(grownMb).toBeLessThan(20);
  });

  test('a task that submits 10,000 tasks to its own executor', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const sum = await pool.submit(async () => {
        const { currentExecutor } = await import('@heddle/futures');
        const futures = Array.from({ length: 10_000 }, (_, i) => currentExecutor()!.submit((n: number) => n, i));
        return (await Promise.all(futures)).reduce((a, b) => a + b, 0);
      });
      expect(sum).toBe(49_995_000);
      expect(pool.statistics()).toMatchObject({ failed: 0, finished: 10_001, suspended: 0 });
    });
  });
});

describe('tasks of tasks', () => {
  test.each([1, 2])('a recursion that awaits its own tasks, on %j workers', async (maxWorkers) => {
    await withPool({ maxWorkers }, async (pool) => {
      const fib = async function fib(n: number): Promise<number> {
        if (n < 2) return n;
        const { currentExecutor } = await import('@heddle/futures');
        const [a, b] = await Promise.all([currentExecutor()!.submit(fib, n - 1), currentExecutor()!.submit(fib, n - 2)]);
        return a + b;
      };
      expect(await pool.submit(fib, 10)).toBe(55);
    });
  });

  test('a recursion without end is told so, and everything settles', async () => {
    await withPool({ maxWorkers: 1, maxSuspendedTasks: 50 }, async (pool) => {
      const endless = async function endless(): Promise<never> {
        const { currentExecutor } = await import('@heddle/futures');
        return await currentExecutor()!.submit<[], Promise<never>>(endless);
      };
      const failure = await failureOf(pool.submit(endless));
      expect(failure).toMatchObject({ code: 'HEDDLE_NESTING_LIMIT' });
      expect(failure.message).toMatch(
        /tasks wait for tasks of their own, more than maxSuspendedTasks \(50\); does a task submit itself without end\?/,
      );
      expect(await pool.submit(identity, 1)).toBe(1);
      expect(pool.statistics()).toMatchObject({ suspended: 0, queued: 0 });
    });
  });

  test('a nested task that ends its worker fails with that; its parent decides', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const parent = async (): Promise<string> => {
        const { currentExecutor } = await import('@heddle/futures');
        const child = currentExecutor()!.submit(() => process.exit(9));
        return await child.then(
          () => 'no',
          (error: unknown) => (error as { code: string }).code,
        );
      };
      const outcomes = await Promise.allSettled([pool.submit(parent), pool.submit(parent)]);
      // A child may run on its parent's worker: then they die together.
      for (const each of outcomes) {
        if (each.status === 'fulfilled') expect(each.value).toBe('HEDDLE_WORKER_DIED');
        else expect(each.reason).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
      }
    });
  });

  test('a nested argument that can not travel is refused there', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const parent = async (): Promise<unknown[]> => {
        const { currentExecutor } = await import('@heddle/futures');
        const much = Array.from({ length: 200 }, () => ({}));
        const proxied = currentExecutor()!.submit((value: unknown) => value, { much, state: new Proxy({}, {}) });
        const held = currentExecutor()!.submit((value: unknown) => value, { held: new WeakMap() });
        return await Promise.all(
          [proxied, held].map((each) =>
            each.exception().then((error) => [(error as { code: string }).code, (error as { path: string }).path]),
          ),
        );
      };
      expect(await pool.submit(parent)).toEqual([
        ['HEDDLE_SERIALIZATION', 'args[0].state'],
        ['HEDDLE_SERIALIZATION', 'args[0].held'],
      ]);
    });
  });
});
