/**
 * `resultSync` in threads, on pools of their own, and where a program's ends are near.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { ThreadPoolExecutor } from '@heddle/threads';
import { runProgram } from './test-support/program.js';
import { withPool } from './test-support/with-pool.js';

const limitMs = 20_000;

describe('a task with a pool of its own', () => {
  const ownPool = (count: number): number => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    let sum = 0;
    for (let i = 0; i < count; i++) sum += pool.submit((n: number) => n * 2, i).resultSync(20_000);
    void pool.shutdown();
    return sum;
  };

  test('blocks on it, while the caller awaits, and while the caller blocks', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(ownPool, 50)).toBe(2450);
      expect(pool.submit(ownPool, 50).resultSync(limitMs)).toBe(2450);
    });
  });

  test('meanwhile what was sent to its worker goes to another', async () => {
    await withPool({ maxWorkers: 2 }, async (pool, latch) => {
      const gate = latch();
      await Promise.all(Array.from({ length: 600 }, (_, i) => pool.submit((n: number) => n, i))); // batches have grown
      const waiting = pool.submit((words: Int32Array<SharedArrayBuffer>) => {
        const own = new ThreadPoolExecutor({ maxWorkers: 1 });
        const future = own.submit((each: Int32Array<SharedArrayBuffer>) => {
          Atomics.add(each, 1, 1);
          Atomics.wait(each, 0, 0, 20_000);
          return 'through';
        }, words);
        const value = future.resultSync(20_000);
        void own.shutdown();
        return value;
      }, gate.words);
      const others = Array.from({ length: 50 }, (_, i) => pool.submit((n: number) => n, i));
      await gate.arrived(1);
      expect(await Promise.all(others)).toEqual(others.map((_, i) => i));
      gate.open();
      expect(await waiting).toBe('through');
    });
  });
});

describe('a program', () => {
  test('that blocks and does nothing else ends by itself', async () => {
    const { code, stdout } = await runProgram('blocks');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '42\n' });
  });

  test('may block on what is pending in its exit hooks', async () => {
    const { code, stdout } = await runProgram('blocksAtExit');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'pending 7\n' });
  });

  test('with HEDDLE_EXECUTOR=inline: synchronous tasks are done, asynchronous ones are refused', async () => {
    const { code, stdout } = await runProgram('blocksInline', [], { HEDDLE_EXECUTOR: 'inline' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '42 HEDDLE_DEADLOCK\n' });
  });
});
