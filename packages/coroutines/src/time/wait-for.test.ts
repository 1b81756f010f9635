/** asyncio.wait_for: what CPython's test_waitfor says of it, as behaviour. */
import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { FutureController, TimeoutError } from '@heddle/futures';
import { failureOf, nextWarning, ManualClock, turn } from '@heddle/testkit/support';
import { shield } from '../gather/shield.js';
import { createTask } from '../tasks/create-task.js';
import { Gate } from '../test-support/gate.js';
import { timersLeftBy } from '../test-support/leftovers.js';
import { sleep } from './sleep.js';
import { waitFor } from './wait-for.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const fail = async (error: unknown = new RangeError('failed')): Promise<never> => {
  throw error;
};

describe('waitFor', () => {
  test('gives the value or the error that comes in time', async () => {
    const value: string = await waitFor(async () => {
      await sleep(0);
      return 'value';
    }, 60_000);
    expect(value).toBe('value');
    expect(await waitFor(Promise.resolve(1), Infinity)).toBe(1);
    await expect(waitFor(() => fail(), 60_000)).rejects.toThrow(RangeError);
    await expect(
      waitFor(
        createTask(() => fail()),
        60_000,
      ),
    ).rejects.toThrow(RangeError);
  });

  test.each([
    ['a function', () => forever],
    ['a task', () => createTask(forever)],
  ])('cancels %s that is late, and waits for its cleanup', async (_what, make) => {
    const clock = new ManualClock();
    const awaitable = make();
    const waiting = failureOf(waitFor(awaitable, 100, { clock }));
    await clock.advance(100);
    const error = await waiting;
    expect(error).toBeInstanceOf(TimeoutError);
    expect([error.message, (error.cause as { code?: string }).code]).toEqual([
      'waitFor: it was not done after 100 ms, and was cancelled',
      'HEDDLE_CANCELLED',
    ]);
    if (typeof awaitable !== 'function') expect(awaitable.cancelled()).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test('waits for the cleanup of what it cancels', async () => {
    const clock = new ManualClock();
    const gate = new Gate();
    let done = false;
    const waiting = failureOf(waitFor(() => forever().finally(() => shield(gate.promise)), 100, { clock, graceMs: Infinity })).then(
      (error) => {
        done = true;
        return error;
      },
    );
    await clock.advance(100);
    await turn();
    expect(done).toBe(false);
    gate.open();
    expect(await waiting).toBeInstanceOf(TimeoutError);
  });

  test('a value that comes all the same counts, and so does an error', async () => {
    const clock = new ManualClock();
    const value = waitFor(() => forever().catch(() => 'all the same'), 100, { clock });
    const error = failureOf(waitFor(() => forever().catch(() => fail()), 100, { clock }));
    await clock.advance(100);
    expect([await value, (await error).message]).toEqual(['all the same', 'failed']);
  });

  test('a future that has not begun is cancelled; a promise is left', async () => {
    const clock = new ManualClock();
    const { future } = new FutureController<number>('pending');
    const gate = new Gate<string>();
    const waiting = [failureOf(waitFor(future, 1, { clock })), failureOf(waitFor(gate.promise, 1, { clock }))];
    await clock.advance(1);
    for (const each of waiting) expect(await each).toBeInstanceOf(TimeoutError);
    expect(future.cancelled()).toBe(true);
    gate.open('later');
    expect(await gate.promise).toBe('later');
  });

  test('with 0 takes what is there, and begins nothing', async () => {
    const done = createTask(() => 1);
    await done;
    expect(await waitFor(done, 0)).toBe(1);
    expect(await waitFor(Promise.resolve(2), 0)).toBe(2);
    let began = false;
    await expect(
      waitFor(() => {
        began = true;
      }, 0),
    ).rejects.toThrow(TimeoutError);
    await expect(waitFor(createTask(forever), 0)).rejects.toThrow(TimeoutError);
    await sleep(0);
    expect(began).toBe(false);
  });

  test('the cancellation of the scope counts more than the time', async () => {
    const clock = new ManualClock();
    const task = createTask(() => waitFor(forever, 100, { clock }));
    await turn();
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    expect([task.cancelled(), clock.timers]).toEqual([true, 0]);
  });

  test('a task that was cancelled by somebody else is no timeout', async () => {
    const task = createTask(forever);
    const waiting = waitFor(task, 60_000);
    await sleep(0);
    task.cancel('why');
    await expect(waiting).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
  });

  test('by its signal, which keeps no listener', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    expect(await waitFor(() => 1, 60_000, { signal })).toBe(1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const waiting = waitFor(forever, 60_000, { signal });
    controller.abort('why');
    await expect(waiting).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    await expect(waitFor(forever, 60_000, { signal })).rejects.toMatchObject({ cause: 'why' });
  });

  test('gives up what heeds nothing after the grace, and names it', async () => {
    const warning = nextWarning('HEDDLE_CANCELLATION_IGNORED');
    const gate = new Gate();
    const waiting = waitFor(
      async function deaf() {
        await gate.promise;
      },
      1,
      { graceMs: 1 },
    );
    await expect(waiting).rejects.toThrow(TimeoutError);
    expect((await warning).message).toContain('task "deaf" still runs 1 ms after it was cancelled, and is left to itself');
    gate.open();
  });

  test('waits in waits: the inner time, then the outer', async () => {
    const clock = new ManualClock();
    const waiting = failureOf(
      waitFor(
        () =>
          waitFor(forever, 200, { clock }).catch((error: unknown) => {
            throw new Error('inner', { cause: error });
          }),
        100,
        { clock },
      ),
    );
    await clock.advance(100);
    expect((await waiting).message).toBe('inner');
    const inner = waitFor(async () => await waitFor(forever, 50, { clock }).catch((error: unknown) => (error as Error).name), 100, {
      clock,
    });
    await clock.advance(50);
    expect(await inner).toBe('TimeoutError');
  });

  test('leaves no timer', async () => {
    expect(
      await timersLeftBy(async () => {
        await waitFor(() => 1, 60_000);
        await failureOf(waitFor(() => sleep(60_000), 1));
        await failureOf(waitFor(() => fail(), 60_000));
      }),
    ).toBe(0);
  });

  test.each([
    [-1, RangeError],
    [Number.NaN, RangeError],
    ['5', TypeError],
    [undefined, TypeError],
  ])('%p is no time', async (wrong, type) => {
    await expect(waitFor(forever, wrong as never)).rejects.toThrow(type);
  });

  test.each([[5], [undefined], [{}]])('%p can not be waited for', async (wrong) => {
    await expect(waitFor(wrong as never, 1)).rejects.toThrow(/^waitFor: a function to begin, a future or another promise is needed, got /);
  });
});
