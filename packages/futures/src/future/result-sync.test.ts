import { describe, expect, jest, test } from '@jest/globals';
import { DeadlockError } from '../errors/errors.js';
import { InlineExecutor } from '../inline/inline-executor.js';
import { isBlocked, whenUnblocked, whileBlocked } from './blocked-thread.js';
import { FutureController } from './future-controller.js';
import type { Future } from './future.js';

/** Settles when the thread blocks on the future, as an executor does whose outcomes arrive without the event loop. */
class Settling extends FutureController<number> {
  readonly waits: number[] = [];
  settleThen: (() => void) | undefined = () => {
    this.setResult(7);
  };

  override onBlock(timeoutMs: number): void {
    this.waits.push(timeoutMs);
    whileBlocked(() => {
      this.settleThen?.();
    });
  }
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('resultSync', () => {
  test('of a future that is done: its value, or its very error', () => {
    const fine = new FutureController<string>();
    fine.setResult('value');
    expect(fine.future.resultSync()).toBe('value');
    expect(fine.future.resultSync(0)).toBe('value');
    for (const error of [new RangeError('own'), undefined, null, 0]) {
      const failed = new FutureController<string>();
      failed.setException(error);
      expect(thrownBy(() => failed.future.resultSync())).toBe(error);
    }
  });

  test('of a cancelled future: CancelledError', () => {
    const { future } = new FutureController<string>('late');
    future.cancel('why');
    expect(thrownBy(() => future.resultSync())).toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
  });

  test('a failure that was thrown is no error that nobody retrieved', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    (() => {
      const controller = new FutureController<string>();
      controller.setException(new Error('seen'));
      thrownBy(() => controller.future.resultSync());
    })();
    for (let i = 0; i < 5; i++) {
      (globalThis as unknown as { gc: () => void }).gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test('asks the controller, for as long as it was told', () => {
    const forEver = new Settling();
    expect(forEver.future.resultSync()).toBe(7);
    const forAWhile = new Settling();
    expect(forAWhile.future.resultSync(20)).toBe(7);
    expect([forEver.waits, forAWhile.waits]).toEqual([[Infinity], [20]]);
  });

  test('TimeoutError when the controller gives up: the task goes on', async () => {
    const controller = new Settling('slow');
    controller.settleThen = undefined;
    expect(thrownBy(() => controller.future.resultSync(5))).toMatchObject({
      code: 'HEDDLE_TIMEOUT',
      message: 'task "slow" was not done after 5 ms; it goes on',
    });
    controller.setResult(8);
    expect(await controller.future).toBe(8);
  });

  test.each([
    [-1, RangeError],
    [Number.NaN, RangeError],
    ['1', TypeError],
    [null, TypeError],
  ] as const)('a timeout of %p is refused', (timeoutMs, Wrong) => {
    const { future } = new FutureController<string>();
    const error = thrownBy(() => future.resultSync(timeoutMs as number));
    expect(error).toBeInstanceOf(Wrong);
    expect((error as Error).message).toMatch(/^resultSync: timeoutMs must be/);
  });

  test('a future whose controller is in the own hands can not be waited for', () => {
    const { future } = new FutureController<string>('mine');
    const error = thrownBy(() => future.resultSync());
    expect(error).toBeInstanceOf(DeadlockError);
    expect(error).toMatchObject({
      code: 'HEDDLE_DEADLOCK',
      message: expect.stringMatching(/^task "mine": resultSync\(\) would wait for ever.*await the future/),
    });
    expect(thrownBy(() => future.resultSync(50))).toBeInstanceOf(DeadlockError);
    expect(thrownBy(() => future.resultSync(0))).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    expect(future.state).toBe('pending');
  });
});

describe('resultSync with InlineExecutor', () => {
  test('a synchronous task is done already', async () => {
    await using executor = new InlineExecutor();
    expect(executor.submit((n: number) => n + 1, 1).resultSync()).toBe(2);
  });

  test('an asynchronous one can never end: DeadlockError, and its future goes on', async () => {
    await using executor = new InlineExecutor();
    const future = executor.with({ name: 'async' }).submit(async () => Promise.resolve(3));
    expect(thrownBy(() => future.resultSync())).toMatchObject({
      code: 'HEDDLE_DEADLOCK',
      message: expect.stringMatching(/"async".*InlineExecutor/),
    });
    expect(thrownBy(() => future.resultSync(0))).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    expect(await future).toBe(3);
  });

  test('a task that blocks on its own future', async () => {
    await using executor = new InlineExecutor();
    const own: { future?: Future<unknown> } = {};
    const future = executor.submit(async () => {
      await Promise.resolve();
      return own.future?.resultSync();
    });
    own.future = future;
    await expect(future).rejects.toMatchObject({ code: 'HEDDLE_DEADLOCK' });
  });
});

describe('while a thread stands still', () => {
  test('done callbacks wait, in their order, until it goes on', async () => {
    const controller = new Settling();
    const called: string[] = [];
    for (const name of ['first', 'second'])
      controller.future.addDoneCallback((future) => {
        called.push(`${name}: ${String(future.done())}`);
      });
    expect(controller.future.resultSync()).toBe(7);
    called.push('goes on');
    await Promise.resolve();
    expect(called).toEqual(['goes on', 'first: true', 'second: true']);
  });

  test('a done callback that throws afterwards is reported', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const controller = new Settling();
    controller.future.addDoneCallback(() => {
      throw new Error('in the callback');
    });
    controller.future.resultSync();
    await Promise.resolve();
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/done callback/), expect.objectContaining({ code: 'HEDDLE_CALLBACK_THREW' }));
    warn.mockRestore();
  });

  test('what executors want to call is called at once, or when it goes on', async () => {
    const called: string[] = [];
    whenUnblocked(() => {
      called.push('at once');
    });
    expect(
      thrownBy(() => {
        whileBlocked(() => {
          expect(isBlocked()).toBe(true);
          whenUnblocked(() => {
            called.push('later');
          });
          throw new Error('out');
        });
      }),
    ).toMatchObject({ message: 'out' });
    expect(isBlocked()).toBe(false);
    expect(called).toEqual(['at once']);
    await Promise.resolve();
    expect(called).toEqual(['at once', 'later']);
  });
});
