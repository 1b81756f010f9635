import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { AbortError, CancelledError } from '../errors/errors.js';
import { FutureController } from '../future/future-controller.js';
import { InlineExecutor } from '../inline/inline-executor.js';
import { asCompleted } from '../wait/as-completed.js';
import { wait } from '../wait/wait.js';
import { addScopeSource } from './scope-signal.js';
import { ambientSignal, StopSignals } from './stop-signals.js';

// A stand-in for @heddle/coroutines.
let scope: AbortSignal | undefined;
addScopeSource(() => scope);
function inScope<T>(signal: AbortSignal, run: () => T): T {
  scope = signal;
  try {
    return run();
  } finally {
    scope = undefined;
  }
}

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('ambientSignal', () => {
  test("is the scope's, else the running task's, else none", async () => {
    const { signal } = new AbortController();
    expect(ambientSignal()).toBeUndefined();
    expect(inScope(signal, ambientSignal)).toBe(signal);
    await using executor = new InlineExecutor();
    const signalOfTask = await executor.submit(() => [ambientSignal()]);
    expect(signalOfTask[0]).toBeInstanceOf(AbortSignal);
    expect(await executor.submit(() => [inScope(signal, ambientSignal)])).toEqual([signal]);
  });
});

describe('StopSignals', () => {
  test("a scope's own CancelledError is thrown, other reasons are the cause of an AbortError", () => {
    const cancelled = new CancelledError('the scope was cancelled');
    expect(() => inScope(AbortSignal.abort(cancelled), () => new StopSignals('wait')).check()).toThrow(cancelled);
    const { error } = new StopSignals('wait', AbortSignal.abort('enough'));
    expect(error).toBeInstanceOf(AbortError);
    expect([error?.message, error?.cause]).toEqual(['wait was aborted', 'enough']);
    expect(new StopSignals('wait', new AbortController().signal).error).toBeUndefined();
  });

  test('calls back once, whichever aborts first, and leaves no listener', () => {
    const [own, ambient] = [new AbortController(), new AbortController()];
    const signals = inScope(ambient.signal, () => new StopSignals('wait', own.signal));
    const errors: Error[] = [];
    signals.listen((error) => errors.push(error));
    ambient.abort('first');
    own.abort('second');
    expect(errors.map(({ cause }) => cause)).toEqual(['first']);
    expect([listeners(own.signal), listeners(ambient.signal)]).toEqual([0, 0]);
  });
});

describe.each([
  ['its own signal', (signal: AbortSignal, run: (options: { signal?: AbortSignal }) => unknown) => run({ signal })],
  ['the ambient signal', (signal: AbortSignal, run: (options: { signal?: AbortSignal }) => unknown) => inScope(signal, () => run({}))],
])('%s', (_name, under) => {
  test('ends wait, before it and during it; the future is left alone', async () => {
    const { future } = new FutureController<number>();
    await expect(under(AbortSignal.abort('early'), (options) => wait([future], options))).rejects.toMatchObject({ cause: 'early' });
    const controller = new AbortController();
    const waiting = under(controller.signal, (options) => wait([future], options));
    controller.abort('now');
    await expect(waiting).rejects.toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'now' });
    expect(future.state).toBe('pending');
    expect(listeners(controller.signal)).toBe(0);
  });

  test('is let go of when wait is over', async () => {
    const each = new FutureController<number>();
    const { signal } = new AbortController();
    const waiting = under(signal, (options) => wait([each.future], options));
    expect(listeners(signal)).toBe(1);
    each.setResult(1);
    await waiting;
    await under(signal, (options) => wait([new FutureController().future], { ...options, timeoutMs: 1 }));
    expect(listeners(signal)).toBe(0);
  });

  test('ends asCompleted: the step that waits, and every further one', async () => {
    const [a, b] = [new FutureController<number>(), new FutureController<number>()];
    const controller = new AbortController();
    const completed = under(controller.signal, (options) => asCompleted([a.future, b.future], options)) as ReturnType<typeof asCompleted>;
    const [first, second] = [completed.next(), completed.next()];
    a.setResult(1);
    expect((await first).value).toBe(a.future);
    controller.abort('now');
    await expect(second).rejects.toMatchObject({ cause: 'now' });
    b.setResult(2);
    await expect(completed.next()).rejects.toMatchObject({ cause: 'now' });
    expect(listeners(controller.signal)).toBe(0);
  });

  test('is let go of when asCompleted is exhausted, left, or began too late', async () => {
    const { signal } = new AbortController();
    const each = new FutureController<number>();
    const completed = under(signal, (options) => asCompleted([each.future], options)) as ReturnType<typeof asCompleted>;
    expect(listeners(signal)).toBe(1);
    each.setResult(1);
    expect(listeners(signal)).toBe(0);
    expect((await completed.next()).done).toBe(false);
    const open = new FutureController<number>();
    const left = under(signal, (options) => asCompleted([open.future], options)) as ReturnType<typeof asCompleted>;
    await left.return?.();
    expect(listeners(signal)).toBe(0);
    const aborted = AbortSignal.abort('early');
    await expect((under(aborted, (options) => asCompleted([open.future], options)) as typeof left).next()).rejects.toMatchObject({
      cause: 'early',
    });
    expect(listeners(aborted)).toBe(0);
  });
});
