/** @workers */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor, currentTask } from '@heddle/futures';
import { createGate, failureOf, until, ManualClock } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';
import { CoroutineExecutor } from '../coroutine-executor.js';
import { hedged } from './hedged.js';

interface Run {
  readonly attempt: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A function whose runs the test ends. */
function manual(): { fn: () => Promise<string>; runs: Run[] } {
  const runs: Run[] = [];
  const fn = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const signal = currentTask()?.signal;
      signal?.addEventListener('abort', () => {
        reject(signal.reason);
      });
      runs.push({ attempt: currentTask()?.attempt, signal, resolve, reject });
    });
  return { fn, runs };
}

describe('hedged', () => {
  test('a task that takes long runs once more; the first value counts, and the other run is aborted', async () => {
    for (const winner of [0, 1]) {
      const clock = new ManualClock();
      const inner = new CoroutineExecutor();
      await using executor = hedged(inner, 50, { clock });
      const { fn, runs } = manual();
      const future = executor.submit(fn);
      await clock.advance(49);
      expect(runs).toHaveLength(1);
      await clock.advance(1);
      expect(runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
      runs[winner]?.resolve(`run ${String(winner)}`);
      expect(await future).toBe(`run ${String(winner)}`);
      const loser = runs[1 - winner];
      expect([loser?.signal?.aborted, String(loser?.signal?.reason)]).toEqual([true, expect.stringMatching(/faster/)]);
      await until('the loser to end', () => inner.statistics().running === 0);
      expect(inner.statistics()).toMatchObject({ finished: 1, failed: 1 });
      expect(clock.timers).toBe(0);
    }
  });

  test('a task that is done in time runs once', async () => {
    const clock = new ManualClock();
    await using executor = hedged(new InlineExecutor(), 50, { clock });
    const { fn, runs } = manual();
    const future = executor.submit(fn);
    runs[0]?.resolve('soon');
    expect(await future).toBe('soon');
    expect([clock.timers, runs.length]).toEqual([0, 1]);
  });

  test("errors: before the second run it is the task's; then the other may succeed, and the first error counts when none does", async () => {
    const clock = new ManualClock();
    await using executor = hedged(new InlineExecutor(), 50, { clock });
    const early = manual();
    const first = executor.submit(early.fn);
    early.runs[0]?.reject(new Error('early'));
    expect(await failureOf(first)).toMatchObject({ message: 'early' });
    const saved = manual();
    const second = executor.submit(saved.fn);
    await clock.advance(50);
    saved.runs[0]?.reject(new Error('one'));
    await turn();
    expect(second.done()).toBe(false);
    saved.runs[1]?.resolve('two');
    expect(await second).toBe('two');
    const lost = manual();
    const third = executor.submit(lost.fn);
    await clock.advance(50);
    lost.runs[1]?.reject(new Error('the second failed first'));
    lost.runs[0]?.reject(new Error('then the first'));
    expect(await failureOf(third)).toMatchObject({ message: 'the second failed first' });
  });

  test('while the first run waits for a worker there is no second', async () => {
    const clock = new ManualClock();
    const inner = new CoroutineExecutor({ maxConcurrency: 1 });
    await using executor = hedged(inner, 50, { clock });
    let open: () => void = () => undefined;
    const blocker = inner.submit(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    await until('the blocker to run', () => blocker.running());
    const future = executor.submit(async () => 'its turn');
    await clock.advance(500);
    expect(inner.statistics()).toMatchObject({ queued: 1 });
    expect([future.state, future.cancel(), future.state]).toEqual(['pending', true, 'cancelled']);
    expect([clock.timers, inner.statistics().cancelled]).toEqual([0, 1]);
    open();
    await blocker;
  });

  test('abort reaches both runs', async () => {
    const clock = new ManualClock();
    await using executor = hedged(new CoroutineExecutor(), 50, { clock });
    const { fn, runs } = manual();
    const future = executor.submit(fn);
    await clock.advance(50);
    expect(await future.abort('enough')).toBe(true);
    expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'enough' });
    expect(runs.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
  });

  test('over threads: a run that blocks its thread is stopped', async () => {
    await using threads = new ThreadPoolExecutor({ maxWorkers: 2 });
    const executor = hedged(threads, 5);
    const gate = createGate(true);
    const value = await executor.submit(async (token: typeof gate.token) => {
      const { currentTask: current } = await import('@heddle/futures');
      const { block } = await import('@heddle/testkit/support');
      return current()?.attempt === 1 ? block(token, 'first') : 'second';
    }, gate.token);
    expect(value).toBe('second');
    expect(await threads.submit(() => 'goes on')).toBe('goes on');
    gate.dispose();
  });

  test('a second run that the executor refuses does no harm', async () => {
    const clock = new ManualClock();
    const inner = new CoroutineExecutor({ maxConcurrency: 1, maxQueueSize: 0 });
    await using executor = hedged(inner, 50, { clock });
    const { fn, runs } = manual();
    const future = executor.submit(fn);
    await clock.advance(100);
    expect(inner.statistics()).toMatchObject({ failed: 0, refused: 1 });
    runs[0]?.resolve('the first');
    expect(await future).toBe('the first');
  });

  test('map: a chunk is hedged as a whole; one whose item failed has failed', async () => {
    const clock = new ManualClock();
    await using executor = hedged(new CoroutineExecutor(), 50, { clock });
    const { fn, runs } = manual();
    const results = executor.map(fn, [1, 2], { chunkSize: 2 }).toArray();
    await clock.advance(50);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2]);
    runs[0]?.reject(new Error('item'));
    runs[1]?.resolve('b1');
    runs[2]?.resolve('a2');
    runs[3]?.resolve('b2');
    expect(await results).toEqual(['a2', 'b2']);
  });

  test('a value that has a field called failure is a value', async () => {
    await using executor = hedged(new InlineExecutor(), 50);
    expect(await executor.submit(() => ({ failure: { error: 1 } }))).toEqual({ failure: { error: 1 } });
  });

  test.each([
    [-1, RangeError],
    [NaN, RangeError],
    ['5', TypeError],
    [undefined, TypeError],
  ])('refuses %p for afterMs', (afterMs, type) => {
    expect(() => hedged(new InlineExecutor(), afterMs as never)).toThrow(type);
    expect(() => hedged(new InlineExecutor(), afterMs as never)).toThrow(/hedged: afterMs/);
  });
});
