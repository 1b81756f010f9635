/**
 * Tasks that end their process, and ends from outside: what had begun fails with what is known, and nobody else notices.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import type { Future } from '@heddle/futures';
import type { ProcessPoolExecutor } from '@heddle/processes';
import { block, createGate, failureOf, identity, startProgram } from '@heddle/testkit/support';
import { expectStderr, uncaught } from './test-support/expect-stderr.js';
import { withPool } from './test-support/with-pool.js';

const numbers = Array.from({ length: 20 }, (_, i) => i);

async function failureAmid(pool: ProcessPoolExecutor, submit: () => Future<unknown>): Promise<Error> {
  const before = numbers.map((n) => pool.submit(identity, n));
  const future = submit();
  const after = numbers.map((n) => pool.submit(identity, n));
  const failure = await failureOf(future);
  expect(await Promise.all([...before, ...after])).toEqual([...numbers, ...numbers]);
  return failure;
}

describe('a task that ends its process', () => {
  test('process.exit(): WorkerDiedError with worker, pid, code and task', async () => {
    await withPool({ maxWorkers: 2, processNamePrefix: 'Mill' }, async (pool) => {
      const failure = await failureAmid(pool, () => pool.with({ name: 'grind' }).submit(() => process.exit(7)));
      expect(failure).toMatchObject({ name: 'WorkerDiedError', code: 'HEDDLE_WORKER_DIED', exitCode: 7, signal: undefined });
      expect((failure as unknown as { pid: number }).pid).toBeGreaterThan(1);
      expect(failure.message).toMatch(/worker Mill_\d+ \(pid \d+\) ended with exit code 7 while it ran task "grind"/);
      expect(failure.cause).toBeUndefined();
      expect(pool.statistics()).toMatchObject({ state: 'open', failed: 1, crashes: 1 });
    });
  });

  test.each(['SIGSEGV', 'SIGABRT', 'SIGKILL', 'SIGTERM', 'SIGBUS'] as const)('%s', async (signal) => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureAmid(pool, () =>
        pool.submit((name: NodeJS.Signals) => {
          process.kill(process.pid, name);
          for (;;);
        }, signal),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', signal, exitCode: undefined });
      expect(failure.message).toMatch(new RegExp(`was ended by ${signal}`));
    });
  });

  test('process.abort()', async () => {
    await expectStderr(/^----- Native stack trace -----\n/, () =>
      withPool({ maxWorkers: 1 }, async (pool) => {
        expect(
          await failureAmid(pool, () =>
            pool.submit(() => {
              process.abort();
            }),
          ),
        ).toMatchObject({ signal: 'SIGABRT' });
      }),
    );
  });

  // In a program of its own: what V8 prints would have Jest think that it is out of memory itself.
  test('running out of heap: the cause is what V8 said', async () => {
    const { code, stdout } = await startProgram(new URL('../fixtures/programs.mjs', import.meta.url), ['hoards']).ended;
    expect(code).toBe(0);
    const { failure, others } = JSON.parse(stdout) as { failure: { cause: string }; others: number[] };
    expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', signal: 'SIGABRT' });
    expect(failure.cause).toMatch(/FATAL ERROR.*out of memory/);
    expect(others).toEqual(numbers);
  });

  test('an uncaught exception outside of the task is told as the cause, with its class', async () => {
    await expectStderr(uncaught('RangeError: in a timer'), () =>
      withPool({ maxWorkers: 1 }, async (pool) => {
        const failure = await failureAmid(pool, () =>
          pool.submit(async () => {
            setTimeout(() => {
              throw new RangeError('in a timer');
            }, 0);
            await new Promise(() => undefined);
          }),
        );
        expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 1, cause: { name: 'RangeError', message: 'in a timer' } });
      }),
    );
  });
});

describe('an end from outside', () => {
  test('kill -9 fails only what had begun; what waited behind it, sent or not, runs in the replacement', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await Promise.all(Array.from({ length: 300 }, (_, i) => pool.submit(identity, i))); // batches have grown
      const pid = await pool.submit(() => process.pid);
      const gate = createGate(false);
      const running = pool.submit(block, gate.token, 'never');
      const waiting = numbers.map((n) => pool.submit(identity, n));
      while (gate.arrivals === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(running.running()).toBe(true);
      expect(waiting.every((future) => future.state === 'pending')).toBe(true);
      process.kill(pid, 'SIGKILL');
      expect(await failureOf(running)).toMatchObject({ code: 'HEDDLE_WORKER_DIED', signal: 'SIGKILL', pid });
      expect(await Promise.all(waiting)).toEqual(numbers);
      expect(await pool.submit(() => process.pid)).not.toBe(pid);
      gate.dispose();
    });
  });

  test('kill -9 of an idle worker: the next task runs in its replacement', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      for (let i = 0; i < 3; i++) {
        const pid = await pool.submit(() => process.pid);
        process.kill(pid, 'SIGKILL');
        expect(await pool.submit(identity, i)).toBe(i);
      }
      expect(pool.statistics().state).toBe('open');
    });
  });
});
