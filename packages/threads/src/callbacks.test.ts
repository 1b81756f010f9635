/**
 * What comes back into the caller: done callbacks, progress, awaits; in the caller's async context.
 *
 * @workers
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { failureOf, warningsOf } from '@heddle/testkit/support';
import { block } from './test-support/latch.js';
import { identity, warm, withPool } from './test-support/with-pool.js';

const reportEach = async (values: unknown[]): Promise<string> => {
  const { currentTask } = await import('@heddle/futures');
  for (const value of values) currentTask()?.report(value);
  return 'reported';
};

describe('callbacks that throw', () => {
  test('a done callback: reported; the others run, and so does the pool', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const order: string[] = [];
      const warnings = await warningsOf('HEDDLE_CALLBACK_THREW', 1, async () => {
        const future = pool.submit(identity, 'value');
        const beside = pool.submit(identity, 'beside');
        future.addDoneCallback(() => {
          order.push('first');
        });
        future.addDoneCallback(() => {
          throw new RangeError('a bad callback');
        });
        future.addDoneCallback(() => {
          order.push('third');
        });
        expect(await Promise.all([future, beside])).toEqual(['value', 'beside']);
      });
      expect(order).toEqual(['first', 'third']);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.detail).toMatch(/RangeError: a bad callback/);
      await warm(pool);
    });
  });

  test('a done callback of each task in a burst', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const warnings = await warningsOf('HEDDLE_CALLBACK_THREW', 5, async () => {
        const futures = Array.from({ length: 5 }, (_, i) => pool.submit(identity, i));
        for (const future of futures)
          future.addDoneCallback(() => {
            throw undefined;
          });
        expect(await Promise.all(futures)).toHaveLength(5);
      });
      expect(warnings).toHaveLength(5);
    });
  });

  test('onProgress', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const seen: unknown[] = [];
      const warnings = await warningsOf('HEDDLE_CALLBACK_THREW', 3, async () => {
        const onProgress = (value: unknown): void => {
          seen.push(value);
          throw new Error('a bad onProgress');
        };
        expect(await pool.with({ onProgress }).submit(reportEach, [1, 2, 3])).toBe('reported');
      });
      expect(seen).toEqual([1, 2, 3]);
      expect(warnings).toHaveLength(3);
    });
  });
});

describe('progress', () => {
  test('arrives in order and before the result, whatever it is', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const seen: unknown[] = [];
      const values = [1, 'two', { three: [3] }, null, undefined, new Map([[4, 4]])];
      await pool
        .with({
          onProgress: (value) => {
            seen.push(value);
          },
        })
        .submit(reportEach, values);
      expect(seen).toEqual(values);
    });
  });

  test('an error in it arrives as one; what can not travel throws where it is reported', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const seen: unknown[] = [];
      const report = async (): Promise<void> => {
        const { currentTask } = await import('@heddle/futures');
        currentTask()?.report(new RangeError('half way'));
        currentTask()?.report({ method: () => 1 });
      };
      const failure = await failureOf(
        pool
          .with({
            onProgress: (value) => {
              seen.push(value);
            },
          })
          .submit(report),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'progress.method' });
      expect(seen[0]).toBeInstanceOf(RangeError);
      await warm(pool);
    });
  });

  test('nobody listens: it is no error', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(reportEach, [1, 2])).toBe('reported');
    });
  });
});

test("the caller's AsyncLocalStorage is there in callbacks, awaits and onProgress", async () => {
  await withPool({ maxWorkers: 1 }, async (pool) => {
    const storage = new AsyncLocalStorage<string>();
    const run = (name: string): Promise<string[]> =>
      storage.run(name, async () => {
        const seen: string[] = [];
        const note = (where: string): void => {
          seen.push(`${where} ${String(storage.getStore())}`);
        };
        const future = pool
          .with({
            onProgress: () => {
              note('progress');
            },
          })
          .submit(reportEach, [1]);
        future.addDoneCallback(() => {
          note('callback');
        });
        const then = future.then(() => {
          note('then');
        });
        await future;
        note('await');
        await then;
        return seen;
      });
    await warm(pool);
    const [a, b] = await Promise.all([run('a'), run('b')]);
    expect([...a].sort()).toEqual(['await a', 'callback a', 'progress a', 'then a']);
    expect([...b].sort()).toEqual(['await b', 'callback b', 'progress b', 'then b']);
  });
});

describe('the signal of a task', () => {
  const wait = async (words: Int32Array): Promise<never> => {
    const { currentTask } = await import('@heddle/futures');
    const signal = currentTask()!.signal;
    Atomics.add(words, 1, 1);
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    throw new Error('unreachable');
  };

  test("aborts in the task; afterwards no listener is left on the caller's", async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      const controller = new AbortController();
      const { signal } = controller;
      const gate = latch();
      const view = pool.with({ signal });
      const future = view.submit(wait, gate.words);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await gate.arrived(1);
      controller.abort(new TypeError('enough'));
      const failure = await failureOf(future);
      expect(failure).toMatchObject({ code: 'HEDDLE_ABORTED', cause: { name: 'TypeError', message: 'enough' } });
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      const late = view.submit(identity, 1);
      expect(late.state).toBe('cancelled');
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      await warm(pool);
    });
  });

  test('no listener is left by tasks that end well, fail, are refused, cancelled or die', async () => {
    await withPool({ maxWorkers: 1, maxQueueSize: 8 }, async (pool, latch) => {
      const { signal } = new AbortController();
      const view = pool.with({ signal });
      await view.submit(identity, 1);
      await failureOf(
        view.submit(() => {
          throw new Error('no');
        }),
      );
      await failureOf(view.submit(identity, () => 1));
      await failureOf(view.submit(() => process.exit(1)));
      const gate = latch();
      const busy = view.submit(block, gate.words, 1);
      await gate.arrived(1);
      const queued = Array.from({ length: 20 }, () => view.submit(identity, 1));
      for (const future of queued) future.cancel();
      gate.open();
      await busy;
      await Promise.allSettled(queued);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });
  });
});
