/** @workers */
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor, currentTask } from '@heddle/futures';
import { failureOf, until } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';
import { flaky } from '../../test-support/flaky.js';
import { CoroutineExecutor } from '../coroutine-executor.js';
import { fallback } from './fallback.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('fallback', () => {
  test('what fails on the first runs on the second, as the next attempt', async () => {
    const [first, second] = [new InlineExecutor(), new InlineExecutor()];
    const executor = fallback(first, second);
    const fn = (): number | undefined => {
      const { attempt } = currentTask() ?? {};
      if (attempt === 1) throw new Error('on the first');
      return attempt;
    };
    expect(await executor.submit(fn)).toBe(2);
    expect(await executor.submit(() => 'fine')).toBe('fine');
    expect(
      await failureOf(
        executor.submit((): never => {
          throw new Error(`attempt ${String(currentTask()?.attempt)}`);
        }),
      ),
    ).toMatchObject({ message: 'attempt 2' });
    expect([first.statistics().failed, first.statistics().finished, second.statistics().finished, second.statistics().failed]).toEqual([
      2, 1, 1, 1,
    ]);
    expect(executor.statistics()).toMatchObject({ state: 'open', finished: 2, failed: 3, runTime: { count: 5 } });
    await executor.shutdown();
    expect([first.statistics().state, second.statistics().state, executor.statistics().state]).toEqual([
      'shutdown',
      'shutdown',
      'shutdown',
    ]);
  });

  test('what the first does not accept: a full queue, a value that can not travel, an executor that is shut down', async () => {
    const full = new CoroutineExecutor({ maxConcurrency: 1, maxQueueSize: 0 });
    await using executor = fallback(full, new InlineExecutor());
    let open: () => void = () => undefined;
    const running = full.submit(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    await until('the first to be busy', () => running.running());
    expect(await executor.submit(() => 'elsewhere')).toBe('elsewhere');
    open();
    await running;
    const map = new WeakMap();
    await using travel = fallback(new ThreadPoolExecutor({ maxWorkers: 1 }), new InlineExecutor());
    expect(await travel.submit((value: unknown) => value === map, map)).toBe(true);
    const closed = new InlineExecutor();
    await closed.shutdown();
    const other = fallback(closed, new InlineExecutor());
    expect(await other.submit(() => 'the second')).toBe('the second');
    expect(await other.map((n: number) => n * 2, range(4)).toArray()).toEqual([0, 2, 4, 6]);
    expect(other.statistics().state).toBe('open');
    await other.shutdown();
    expect(() => other.submit(() => 1)).toThrow(/after shutdown/);
  });

  test('when the second is closed the error of the first stands', async () => {
    const second = new InlineExecutor();
    await second.shutdown();
    await using executor = fallback(new InlineExecutor(), second);
    expect(
      await failureOf(
        executor.submit(() => {
          throw new Error('the first');
        }),
      ),
    ).toMatchObject({ message: 'the first' });
    expect(await executor.submit(() => 1)).toBe(1);
  });

  test('what was cancelled or aborted on the first is not run on the second', async () => {
    const first = new CoroutineExecutor({ maxConcurrency: 1 });
    const second = new InlineExecutor();
    await using executor = fallback(first, second);
    const running = executor.submit(async () => {
      const signal = currentTask()?.signal;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      signal?.throwIfAborted();
    });
    await until('the task to run', () => running.running());
    const pending = executor.submit(() => 1);
    const withSignal = executor.with({ signal: AbortSignal.abort('before') }).submit(() => 2);
    expect([pending.cancel(), withSignal.state]).toEqual([true, 'cancelled']);
    expect(await running.abort('enough')).toBe(true);
    expect(await failureOf(running)).toMatchObject({ code: 'HEDDLE_ABORTED' });
    expect(second.statistics()).toMatchObject({ finished: 0, failed: 0, cancelled: 0 });
  });

  test('fallbackIf decides; what it throws fails the task, and both errors are there', async () => {
    const asked: unknown[] = [];
    await using executor = fallback(new InlineExecutor(), new InlineExecutor(), {
      fallbackIf: async (error) => {
        asked.push((error as Error).message);
        return error instanceof RangeError;
      },
    });
    let calls = 0;
    expect(
      await failureOf(
        executor.submit(() => {
          calls += 1;
          throw new TypeError('no');
        }),
      ),
    ).toMatchObject({ message: 'no' });
    expect(
      await executor.submit(() => {
        calls += 1;
        if (calls === 2) throw new RangeError('yes');
        return 'second';
      }),
    ).toBe('second');
    expect(asked).toEqual(['no', 'yes']);
    await using broken = fallback(new InlineExecutor(), new InlineExecutor(), {
      fallbackIf: () => {
        throw new Error('judge');
      },
    });
    const error = (await failureOf(
      broken.submit(() => {
        throw new Error('task');
      }),
    )) as AggregateError;
    expect(error.errors).toMatchObject([{ message: 'task' }, { message: 'judge' }]);
    expect(error.message).toMatch(/fallbackIf threw/);
  });

  test('map: only what is left of a chunk runs on the second; items are as they were at the call, for both', async () => {
    await using threads = new ThreadPoolExecutor({ maxWorkers: 1 });
    const second = new InlineExecutor();
    await using executor = fallback(threads, second);
    const items = range(6).map((n) => ({ n }));
    const picky = async (item: { n: number }): Promise<number> => {
      const { isMainThread } = await import('node:worker_threads');
      if (!isMainThread && item.n === 3) throw new Error('not there');
      return item.n * 10;
    };
    const results = executor.map(picky, items, { chunkSize: 6 });
    expect(await results.toArray()).toEqual([0, 10, 20, 30, 40, 50]);
    expect(second.statistics().finished).toBe(1);
    await using both = fallback(flaky(new ThreadPoolExecutor({ maxWorkers: 1 }), 9), new ThreadPoolExecutor({ maxWorkers: 1 }));
    const late = both.map((item: { n: number }) => item.n, items, { chunkSize: 3 });
    for (const item of items) item.n = -1;
    expect(await late.toArray()).toEqual(range(6));
  });

  test('shutdown: a task that fails on the first after shutdown has begun still runs on the second', async () => {
    const executor = fallback(new ThreadPoolExecutor({ maxWorkers: 1 }), new ThreadPoolExecutor({ maxWorkers: 1 }));
    const future = executor.submit(async () => {
      const { currentTask: current } = await import('@heddle/futures');
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (current()?.attempt === 1) throw new Error('on the first');
      return 'on the second';
    });
    await executor.shutdown();
    expect(await future).toBe('on the second');
  });

  test.each([undefined, null, {}, 'pool'])('refuses %p for an executor', (wrong) => {
    expect(() => fallback(wrong as never, new InlineExecutor())).toThrow(/fallback: executor must be an Executor/);
    expect(() => fallback(new InlineExecutor(), wrong as never)).toThrow(/fallback: second must be an Executor/);
  });

  test('refuses wrong options', () => {
    expect(() => fallback(new InlineExecutor(), new InlineExecutor(), { fallbackIf: 5 } as never)).toThrow(/fallbackIf must be a function/);
    expect(() => fallback(new InlineExecutor(), new InlineExecutor(), { when: 5 } as never)).toThrow(/unknown option "when"/);
  });
});
