import { describe, expect, test } from '@jest/globals';
import type { ChunkOutcome } from '../executor/task-request.js';
import { runChunk } from './run-chunk.js';

const run = (fn: (...args: never[]) => unknown, items: unknown[], spread = false): ChunkOutcome | Promise<ChunkOutcome> =>
  runChunk(fn, items, spread);

describe('runChunk', () => {
  test('runs synchronous functions synchronously', () => {
    const outcome = run((n: number) => n * 2, [1, 2, 3]) as ChunkOutcome;
    expect(outcome).toMatchObject({ values: [2, 4, 6], failure: undefined });
    expect(outcome.elapsedMs).toBeGreaterThanOrEqual(0);
    expect(
      run(
        (a: number, b: number) => a - b,
        [
          [5, 3],
          [1, 1],
        ],
        true,
      ),
    ).toMatchObject({ values: [2, 0] });
    expect(run(() => 1, [])).toMatchObject({ values: [] });
  });

  test('awaits from the first item that gives a promise, one at a time', async () => {
    const order: string[] = [];
    const fn = (n: number): unknown => {
      order.push(`start ${String(n)}`);
      if (n === 1) return n;
      return Promise.resolve().then(() => {
        order.push(`end ${String(n)}`);
        return n;
      });
    };
    expect(await run(fn, [1, 2, 3])).toMatchObject({ values: [1, 2, 3], failure: undefined });
    expect(order).toEqual(['start 1', 'start 2', 'end 2', 'start 3', 'end 3']);
  });

  test.each([undefined, null, 0, new RangeError('x')])('ends with the first error (%p): values before it, none after', async (error) => {
    const calls: number[] = [];
    const fails = (n: number): number => {
      calls.push(n);
      if (n === 2) throw error;
      return n;
    };
    expect(run(fails, [0, 1, 2, 3])).toMatchObject({ values: [0, 1], failure: { error } });
    expect(calls).toEqual([0, 1, 2]);
    expect(await run(async (n: number) => fails(n), [0, 1, 2, 3])).toMatchObject({ values: [0, 1], failure: { error } });
    const mixed = (n: number): unknown => (n === 0 ? Promise.resolve(n) : fails(n));
    expect(await run(mixed, [0, 1, 2, 3])).toMatchObject({ values: [0, 1], failure: { error } });
  });

  test('takes typed arrays', () => {
    expect(runChunk((n: number) => n + 1, new Float64Array([0.5, 1]), false)).toMatchObject({ values: [1.5, 2] });
  });
});
