/** Signals that abort a task from the caller, and where caller objects may go. */
import assert from 'node:assert/strict';
import { callback } from '@heddle/serialization';
import { rejectsWith, sameData } from '../check.js';
import type { Suite } from '../suite.js';
import type { Call } from './callbacks.js';

export function callerObjectTests({ given }: Suite): void {
  const { test } = given('callerObjects');

  test('AbortSignal: the task has one that aborts with it, for the same reason', async (t) => {
    const executor = t.executor();
    const aborter = new AbortController();
    const begun = callback(() => {
      aborter.abort(Object.assign(new Error('enough'), { code: 'MINE' }));
    });
    const wait = async (signal: AbortSignal, tell: Call<[], void>): Promise<unknown[]> => {
      const before = signal.aborted;
      const aborted = new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      await tell();
      await aborted;
      return [
        before,
        signal.aborted,
        (signal.reason as Error).message,
        (signal.reason as { code?: string }).code,
        signal instanceof AbortSignal,
      ];
    };
    sameData(await executor.submit(wait, aborter.signal, begun), [false, true, 'enough', 'MINE', true]);
    assert.equal(await executor.submit((signal: AbortSignal) => signal.reason as string, AbortSignal.abort('already')), 'already');
  });

  given('callerObjects', 'captures').test('AbortSignal: captured', async (t) => {
    const { signal } = new AbortController();
    assert.equal(await t.executor().submit(() => signal.aborted), false);
  });

  test('AbortSignal: no listener stays when the task has ended', async (t) => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await t.executor().submit(
      (given: AbortSignal, tell: Call<[], void>) => tell().then(() => given.aborted),
      signal,
      callback(() => {
        assert.equal(listeners, 1);
      }),
    );
    assert.equal(listeners, 0);
  });

  test('caller objects go with tasks only: a result that holds one is refused', async (t) => {
    const executor = t.executor();
    const error = await rejectsWith(
      executor.submit(() => ({ signal: new AbortController().signal })),
      'HEDDLE_SERIALIZATION',
    );
    assert.match(error.message, /result\.signal.*AbortSignal/);
  });

  given('callerObjects', 'nested', 'moduleImports', 'captures').test(
    "caller objects go with the caller's tasks only: a task gives none to a task of its own",
    async (t) => {
      const executor = t.executor();
      const pass = async (call: Call<[], void>): Promise<string> => {
        const { currentExecutor } = await import('@heddle/futures');
        try {
          await currentExecutor()?.submit(() => call());
          return 'passed';
        } catch (error) {
          return (error as Error).message;
        }
      };
      assert.match(
        await executor.submit(
          pass,
          callback(() => undefined),
        ),
        /callback is called where it was made/,
      );
    },
  );
}
