import { describe, expect, test } from '@jest/globals';
import { InlineExecutor, currentTask } from '@heddle/futures';
import { failureOf, until, ManualClock } from '@heddle/testkit/support';
import { CoroutineExecutor } from '../coroutine-executor.js';
import { retrying } from './retrying.js';
import { timed } from './timed.js';

/** Until its signal aborts. */
const patient = async (): Promise<void> => {
  const signal = currentTask()?.signal;
  await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
  signal?.throwIfAborted();
};

describe('timed', () => {
  test('what is not done in time is aborted, and fails with TimeoutError', async () => {
    const clock = new ManualClock();
    await using executor = timed(new InlineExecutor(), 100, { clock });
    const future = executor.submit(patient);
    await clock.advance(99);
    expect(future.done()).toBe(false);
    await clock.advance(1);
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_TIMEOUT', message: expect.stringMatching(/"patient".*100 ms/) });
    expect(await executor.submit(() => 'in time')).toBe('in time');
    expect(clock.timers).toBe(0);
  });

  test('waiting counts: a task that has not begun in time never does', async () => {
    const clock = new ManualClock();
    const inner = new CoroutineExecutor({ maxConcurrency: 1 });
    await using executor = timed(inner, 100, { clock });
    let open: () => void = () => undefined;
    const first = inner.submit(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    await until('the first to run', () => first.running());
    let hasRun = false;
    const second = executor.submit(() => {
      hasRun = true;
    });
    await clock.advance(100);
    expect(await failureOf(second)).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    expect(second.cancelled()).toBe(false);
    open();
    await first;
    await inner.submit(() => undefined);
    expect(hasRun).toBe(false);
    expect(inner.statistics()).toMatchObject({ cancelled: 1, finished: 2 });
  });

  test('all attempts beneath count together', async () => {
    const clock = new ManualClock();
    await using executor = timed(
      retrying(new InlineExecutor(), { attempts: Infinity, delayMs: 40, factor: 1, jitter: 'none', clock }),
      100,
      { clock },
    );
    let calls = 0;
    const future = executor.submit(() => {
      calls += 1;
      throw new Error('again');
    });
    for (let i = 0; i < 20; i++) await clock.advance(10);
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    expect(calls).toBe(3);
    expect(clock.timers).toBe(0);
  });

  test('one that gives its own value when it is told keeps it', async () => {
    const clock = new ManualClock();
    await using executor = timed(new InlineExecutor(), 100, { clock });
    const future = executor.submit(async () => {
      await patient().catch(() => undefined);
      return 'what there was';
    });
    await clock.advance(100);
    expect(await future).toBe('what there was');
  });

  test.each([
    [0, RangeError],
    [-1, RangeError],
    [NaN, RangeError],
    ['5', TypeError],
    [undefined, TypeError],
  ])('refuses %p milliseconds', (ms, type) => {
    expect(() => timed(new InlineExecutor(), ms as never)).toThrow(type);
    expect(() => timed(new InlineExecutor(), ms as never)).toThrow(/timed: ms must be/);
  });

  test('refuses a wrong option', () => {
    expect(() => timed(new InlineExecutor(), 5, { cloc: 1 } as never)).toThrow(/unknown option "cloc".*clock/);
  });
});
