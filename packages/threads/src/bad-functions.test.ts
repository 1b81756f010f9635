/**
 * Functions and reasons that are out of the ordinary: they travel, or are refused, and never hang.
 *
 * @workers
 */
import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { closure, transfer } from '@heddle/serialization';
import { Named, failureOf } from '@heddle/testkit/support';
import { withPool } from './test-support/with-pool.js';

const tenMegabytes = 10 * 1024 * 1024;

function compiled(text: string): (() => unknown) | undefined {
  try {
    return (0, eval)(text) as () => unknown;
  } catch {
    return undefined;
  }
}

/** @returns a function's result; `undefined` where this thread's stack, which Jest has used a part of, is too short for it */
function called(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

describe('unusual functions', () => {
  test('10 MB of source runs like any other, and twice', async () => {
    const fill = `/* ${'x'.repeat(tenMegabytes)} */`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- nobody writes such a function by hand
    const huge = new Function('n', `${fill} return n + 1`) as (n: number) => number;
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(huge, 1)).toBe(2);
      expect(await pool.submit(huge, 2)).toBe(3);
    });
  });

  test('texts nested as deep as the engine takes them run, or are refused by name', async () => {
    const nested: Readonly<Record<string, (depth: number) => string>> = {
      parentheses: (depth) => `() => ${'('.repeat(depth)}1${')'.repeat(depth)}`,
      arrays: (depth) => `() => ${'['.repeat(depth)}${']'.repeat(depth)}.length`,
      sums: (depth) => `() => ${'1+'.repeat(depth)}1`,
      negations: (depth) => `() => ${'!'.repeat(depth)}1`,
      calls: (depth) => `() => ${'String('.repeat(depth)}1${')'.repeat(depth)}`,
      blocks: (depth) => `() => {${'{'.repeat(depth)}${'}'.repeat(depth)} return 1; }`,
      conditions: (depth) => `(a) => {${'if (a) {'.repeat(depth)}${'}'.repeat(depth)} return 1; }`,
      templates: (depth) => `() => ${'`${'.repeat(depth)}1${'}`'.repeat(depth)}`,
    };
    await withPool({ maxWorkers: 1 }, async (pool) => {
      for (const [what, text] of Object.entries(nested)) {
        for (const depth of [100, 400, 800, 1600, 3200, 6400]) {
          const fn = compiled(text(depth));
          if (fn === undefined) continue; // too deep for the engine itself
          const [outcome] = await Promise.allSettled([pool.submit(fn)]);
          const here = called(fn);
          if (outcome.status === 'fulfilled') expect([what, outcome.value]).toEqual([what, here ?? outcome.value]);
          else
            expect([what, outcome.reason]).toMatchObject([
              what,
              { code: 'HEDDLE_SERIALIZATION', message: expect.stringMatching(/source can't be read/) },
            ]);
        }
      }
    });
  });

  test('a function that captures an object that holds the function', async () => {
    const holder: { count: (n: number) => number; step: number } = {
      step: 2,
      count: (n: number): number => (n <= 0 ? 0 : holder.step + holder.count(n - 1)),
    };
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(holder.count, 3)).toBe(6);
      expect(await pool.submit((n: number) => holder.count(n), 4)).toBe(8);
    });
  });

  test('two functions that capture the containers of each other', async () => {
    const left: { up?: (n: number) => string } = {};
    const right: { down?: (n: number) => string } = {};
    left.up = (n: number): string => (n <= 0 ? 'left' : String(right.down?.(n - 1)));
    right.down = (n: number): string => (n <= 0 ? 'right' : String(left.up?.(n - 1)));
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(left.up as (n: number) => string, 3)).toBe('right');
      expect(await pool.map((n: number) => String(right.down?.(n)), [0, 1, 2]).toArray()).toEqual(['right', 'left', 'right']);
    });
  });

  test('a capture that leads to itself by way of closure()', async () => {
    const ring: { self?: unknown; name: string } = { name: 'ring' };
    ring.self = ring;
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(closure(() => [ring.self === ring, ring.name].join(' '), { ring }))).toBe('true ring');
    });
  });
});

describe('unusual calls', () => {
  test('an abort whose reason is an instance of a registered class', async () => {
    const { port1, port2 } = new MessageChannel();
    const begun = once(port1, 'message');
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const future = pool.submit(async (port: MessagePort) => {
        const { currentTask } = await import('@heddle/futures');
        await import('@heddle/testkit/support');
        const signal = currentTask()?.signal as AbortSignal;
        const told = new Promise((resolve) => {
          signal.addEventListener('abort', resolve, { once: true });
        });
        port.postMessage('begun');
        await told;
        return (signal.reason as { tell(): string }).tell();
      }, transfer(port2));
      await begun;
      await future.abort(new Named('reason'), { graceMs: 60_000 });
      expect(await future).toBe('named reason');
    });
    port1.close();
  });

  test('what was moved to a task is refused when it is submitted again', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit((given: Uint8Array) => given.length, transfer(bytes))).toBe(3);
      const failure = await failureOf(pool.submit((given: Uint8Array) => given.length, bytes));
      expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'args[0]' });
      expect(failure.message).toMatch(/its memory was moved before, by transfer/);
      expect(await pool.submit((n: number) => n, 1)).toBe(1);
    });
  });
});
