import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { failureOf, ManualClock, turn } from '@heddle/testkit/support';
import { createTask } from '../tasks/create-task.js';
import { retry, type RetryOptions } from './retry.js';
import { sleep } from './sleep.js';

/** Fails `failures` times; tells when it is called. */
function attempts(failures: number, clock?: ManualClock) {
  const at: number[] = [];
  const fn = async (attempt: number): Promise<string> => {
    at.push(clock?.now() ?? 0);
    if (attempt <= failures) throw new RangeError(`attempt ${String(attempt)}`);
    return 'value';
  };
  return { at, fn };
}

async function schedule(options: RetryOptions, failures = 5): Promise<number[]> {
  const clock = new ManualClock();
  const { at, fn } = attempts(failures, clock);
  const running = retry(fn, { attempts: 6, ...options, clock });
  await clock.advance(1e9);
  await running;
  return at;
}

describe('retry', () => {
  test('calls once what succeeds', async () => {
    const { at, fn } = attempts(0);
    const value: string = await retry(fn);
    expect([value, at.length]).toEqual(['value', 1]);
    expect(await retry(() => 1)).toBe(1);
  });

  test('calls again what fails, up to the attempts; then throws its last error', async () => {
    const { at, fn } = attempts(2);
    expect(await retry(fn, { delayMs: 0 })).toBe('value');
    expect(at).toHaveLength(3);
    const always = attempts(Infinity);
    await expect(retry(always.fn, { delayMs: 0, attempts: 4 })).rejects.toThrow('attempt 4');
    expect(always.at).toHaveLength(4);
    await expect(
      retry(
        () => {
          throw undefined;
        },
        { attempts: 1 },
      ),
    ).rejects.toBeUndefined();
  });

  test('waits longer each time, up to a limit', async () => {
    expect(await schedule({ jitter: 'none' })).toEqual([0, 100, 300, 700, 1500, 3100]);
    expect(await schedule({ jitter: 'none', delayMs: 10, factor: 3, maxDelayMs: 50 })).toEqual([0, 10, 40, 90, 140, 190]);
    expect(await schedule({ jitter: 'none', factor: 1 })).toEqual([0, 100, 200, 300, 400, 500]);
    expect((await schedule({ jitter: 'none', attempts: 2000, maxDelayMs: 1, delayMs: 1 }, 1500)).at(-1)).toBe(1500);
  });

  test('scatters the delays: full, or equal', async () => {
    const values = [0.25, 0.5, 0.75];
    const random = (): (() => number) => {
      let i = 0;
      return () => values[i++] ?? 0;
    };
    expect(await schedule({ random: random() }, 3)).toEqual([0, 25, 125, 425]);
    expect(await schedule({ jitter: 'equal', random: random() }, 3)).toEqual([0, 62.5, 212.5, 562.5]);
    for (let i = 0; i < 20; i++) {
      const [, second = -1] = await schedule({}, 1);
      expect(second >= 0 && second < 100).toBe(true);
    }
  });

  test('asks whether to go on; what that throws is thrown', async () => {
    const { at, fn } = attempts(5);
    const asked: unknown[] = [];
    await expect(
      retry(fn, {
        attempts: Infinity,
        delayMs: 0,
        retryIf: async (error, attempt) => {
          asked.push([(error as Error).message, attempt]);
          return attempt < 2;
        },
      }),
    ).rejects.toThrow('attempt 2');
    expect([at.length, asked]).toEqual([
      2,
      [
        ['attempt 1', 1],
        ['attempt 2', 2],
      ],
    ]);
    await expect(
      retry(fn, {
        retryIf: () => {
          throw new TypeError('asked');
        },
      }),
    ).rejects.toThrow('asked');
  });

  test('ends when the scope is cancelled, in a delay and in an attempt, and is not tried again', async () => {
    const clock = new ManualClock();
    const { at, fn } = attempts(Infinity, clock);
    const delayed = createTask(() => retry(fn, { clock }));
    let called = 0;
    const trying = createTask(() =>
      retry(
        async () => {
          called += 1;
          await sleep(Infinity);
        },
        { delayMs: 0 },
      ),
    );
    await turn();
    for (const task of [delayed, trying]) {
      task.cancel('why');
      await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
      expect(task.cancelled()).toBe(true);
    }
    expect([at.length, called, clock.timers]).toEqual([1, 1, 0]);
  });

  test('by its signal, which keeps no listener', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const running = retry(attempts(Infinity).fn, { signal, clock });
    await turn();
    controller.abort('why');
    await expect(running).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    await expect(retry(() => 1, { signal })).rejects.toMatchObject({ cause: 'why' });
    const fresh = new AbortController().signal;
    expect(await retry(() => 1, { signal: fresh })).toBe(1);
    expect([signal, fresh].map((each) => getEventListeners(each, 'abort').length)).toEqual([0, 0]);
    expect(clock.timers).toBe(0);
  });

  test.each<[object, typeof RangeError | typeof TypeError]>([
    [{ attempts: 0 }, RangeError],
    [{ attempts: 1.5 }, RangeError],
    [{ attempts: Number.NaN }, RangeError],
    [{ delayMs: -1 }, RangeError],
    [{ delayMs: Number.NaN }, RangeError],
    [{ factor: 0.5 }, RangeError],
    [{ factor: Infinity }, RangeError],
    [{ maxDelayMs: -1 }, RangeError],
    [{ jitter: 'some' }, TypeError],
    [{ retryIf: true }, TypeError],
    [{ random: 0.5 }, TypeError],
    [{ tries: 3 }, TypeError],
  ])('options %p', async (options, type) => {
    await expect(retry(() => 1, options)).rejects.toThrow(type);
  });

  test('a promise can not be tried again', async () => {
    await expect(retry(Promise.resolve() as never)).rejects.toThrow(/^retry: a function is needed, got an instance of Promise/);
    await failureOf(retry(undefined as never));
  });
});
