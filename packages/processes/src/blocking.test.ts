/**
 * What only processes can do to a caller that stands still in `resultSync`.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import type { Future } from '@heddle/futures';
import { transfer } from '@heddle/serialization';
import { identity, startProgram } from '@heddle/testkit/support';
import { expectStderr } from './test-support/expect-stderr.js';
import { withPool } from './test-support/with-pool.js';

const limitMs = 20_000;
const programs = new URL('../fixtures/programs.mjs', import.meta.url);

function failureSync(future: Future<unknown>): Error {
  try {
    future.resultSync(limitMs);
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('a process that ends while the caller stands still', () => {
  test.each(['SIGSEGV', 'SIGABRT', 'SIGKILL', 'SIGTERM'] as const)('%s', async (signal) => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = failureSync(
        pool.with({ name: 'grind' }).submit((name: NodeJS.Signals) => {
          process.kill(process.pid, name);
          for (;;);
        }, signal),
      );
      expect(failure).toMatchObject({
        code: 'HEDDLE_WORKER_DIED',
        signal,
        exitCode: undefined,
        message: expect.stringMatching(new RegExp(`\\(pid \\d+\\) was ended by ${signal} while it ran task "grind"`)),
      });
      expect(pool.submit(identity, 1).resultSync(limitMs)).toBe(1);
      expect(await pool.submit(identity, 2)).toBe(2);
      expect(pool.statistics().crashes).toBe(1);
    });
  });

  test('and leaves the pipe to one that it has started', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = failureSync(
        pool.submit(async () => {
          const { spawn } = await import('node:child_process');
          spawn('sleep', ['30'], { stdio: ['ignore', 'ignore', 'ignore', 'ignore', 4] });
          process.exit(6);
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 6 });
      expect(pool.submit(identity, 1).resultSync(limitMs)).toBe(1);
      await pool.killWorkers();
    });
  });

  test.each([3, 4])('or closes descriptor %i of its channel, and lives on', async (fd) => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = failureSync(
        pool.submit(async (each: number) => {
          const { closeSync } = await import('node:fs');
          closeSync(each);
          setInterval(() => undefined, 1000);
          await new Promise(() => undefined);
        }, fd),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
      expect(pool.submit(identity, 1).resultSync(limitMs)).toBe(1);
    });
  });

  test('out of memory: the cause is what V8 said', async () => {
    const { code, stdout } = await startProgram(programs, ['hoardsBlocked']).ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: expect.stringMatching(/heap/), next: 1 });
  });
});

describe('a process that can not be started', () => {
  test.each<[options: object, reason: RegExp, printed?: RegExp]>([
    [{ cwd: '/no/such/folder' }, /cwd is not a folder/],
    [{ execPath: '/no/such/node' }, /execPath \/no\/such\/node/],
    [{ execArgv: ['--no-such-option'] }, /no-such-option/, /^\S+: bad option: --no-such-option\n$/],
  ])('%o: the pool breaks', async (options, reason, printed = /^$/) => {
    await expectStderr(printed, () =>
      withPool({ maxWorkers: 1, ...options }, async (pool) => {
        const failure = failureSync(pool.submit(identity, 1));
        expect(failure).toMatchObject({ code: 'HEDDLE_BROKEN_PROCESS_POOL' });
        expect(failure.message).toMatch(reason);
        await pool.shutdown();
      }),
    );
  });
});

describe('more than the pipes hold', () => {
  test('what tasks print is passed on while the caller stands still, and they are not kept waiting', async () => {
    const { code, stdout, stderr } = await startProgram(programs, ['floods']).ended;
    expect(code).toBe(0);
    const count = (text: string, line: RegExp): number => text.split('\n').filter((each) => line.test(each)).length;
    expect([count(stdout, /^out \d+ x+$/), count(stderr, /^err \d+ x+$/), count(stdout, /^printed 3000$/)]).toEqual([3000, 3000, 1]);
  });

  test('arguments are those of the submit, whatever is done to them while they wait', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const sum = (bytes: Uint8Array): number => bytes.reduce((total, each) => total + each, 0);
      const bytes = new Uint8Array(4 << 20).fill(1);
      pool.submit(identity, 0).resultSync(limitMs);
      const first = pool.submit(sum, bytes);
      bytes.fill(2);
      const second = pool.submit(sum, bytes);
      bytes.fill(3);
      expect([second.resultSync(limitMs), first.resultSync(limitMs)]).toEqual([2 * bytes.length, bytes.length]);
    });
  });

  test('moved arguments, which only one worker can ever have', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      pool.submit(identity, 0).resultSync(limitMs);
      const buffer = new ArrayBuffer(4 << 20);
      const future = pool.submit((moved: ArrayBuffer) => moved.byteLength, transfer(buffer));
      expect(buffer.byteLength).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
      expect(future.resultSync(limitMs)).toBe(4 << 20);
    });
  });

  test('a worker that is replaced for its memory', async () => {
    await withPool({ maxWorkers: 1, maxMemory: 150 * 2 ** 20 }, async (pool) => {
      const pids = new Set<number>();
      for (let i = 0; i < 3; i++) {
        pids.add(
          pool
            .submit(() => {
              (globalThis as { hoard?: Uint8Array[] }).hoard = [new Uint8Array(200 * 2 ** 20).fill(1)];
              return process.pid;
            })
            .resultSync(limitMs),
        );
        pool.submit(identity, i).resultSync(limitMs);
      }
      expect(pids.size).toBeGreaterThan(1);
      await pool.shutdown();
    });
  });
});
