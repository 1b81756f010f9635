/** asyncio.timeout: what CPython's test_timeouts says of it, as behaviour. */
import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { CancelledError, InvalidStateError, TimeoutError } from '@heddle/futures';
import { failureOf, nextWarning, ManualClock, turn } from '@heddle/testkit/support';
import { createTask } from '../tasks/create-task.js';
import { TaskGroup } from '../tasks/task-group.js';
import type { Task } from '../tasks/task.js';
import { groupError } from '../test-support/errors.js';
import { Gate } from '../test-support/gate.js';
import { timersLeftBy } from '../test-support/leftovers.js';
import { sleep } from './sleep.js';
import { timeout, timeoutAt, type Timeout } from './timeout.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const fail = async (error: unknown = new RangeError('failed')): Promise<never> => {
  throw error;
};

describe('timeout', () => {
  test('gives what the body returns in time', async () => {
    const clock = new ManualClock();
    let limit: Timeout | undefined;
    const value: number = await timeout(
      100,
      (each) => {
        limit = each;
        return 1;
      },
      { clock },
    );
    expect([value, limit?.expired(), limit?.when(), clock.timers]).toEqual([1, false, 100, 0]);
    await expect(timeout(100, () => fail(), { clock })).rejects.toThrow(RangeError);
    expect(clock.timers).toBe(0);
  });

  test('cancels the body when the time is up, and ends with TimeoutError', async () => {
    const clock = new ManualClock();
    let limit: Timeout | undefined;
    let thrown: unknown;
    const running = failureOf(
      timeout(
        100,
        async (each) => {
          limit = each;
          await forever().catch((error: unknown) => {
            thrown = error;
            throw error;
          });
        },
        { clock },
      ),
    );
    await clock.advance(99);
    expect(limit?.expired()).toBe(false);
    await clock.advance(1);
    const error = await running;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(thrown).toBeInstanceOf(CancelledError);
    expect([limit?.expired(), error.cause, limit?.signal.aborted, clock.timers]).toEqual([true, thrown, true, 0]);
  });

  test('0 is up in the next turn; a body that never waits still ends', async () => {
    await expect(timeout(0, forever)).rejects.toThrow(TimeoutError);
    expect(await timeout(0, () => 1)).toBe(1);
    expect(await timeout(Infinity, () => 2)).toBe(2);
  });

  test('what began in the body ends with it', async () => {
    const clock = new ManualClock();
    const tasks: Task<void>[] = [];
    const running = failureOf(
      timeout(
        100,
        async () => {
          tasks.push(createTask(forever), createTask(forever));
          await tasks[0];
        },
        { clock },
      ),
    );
    await clock.advance(100);
    expect(await running).toBeInstanceOf(TimeoutError);
    expect(
      await timeout(
        100,
        () => {
          tasks.push(createTask(forever));
          return 'over';
        },
        { clock },
      ),
    ).toBe('over');
    expect(tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  test("an error of the body's own counts, and so does a value", async () => {
    const clock = new ManualClock();
    const error = failureOf(timeout(1, () => forever().catch(() => fail()), { clock }));
    const value = timeout(1, () => forever().catch(() => 'all the same'), { clock });
    const group = groupError(
      timeout(1, () => TaskGroup.run((each) => void each.createTask(() => forever().catch(() => fail()))), { clock }),
    );
    await clock.advance(1);
    expect([(await error).message, await value]).toEqual(['failed', 'all the same']);
    expect((await group).errors).toEqual([new RangeError('failed')]);
  });

  test('a group in it is cancelled', async () => {
    const clock = new ManualClock();
    let task: Task<void> | undefined;
    const running = failureOf(
      timeout(
        1,
        () =>
          TaskGroup.run((group) => {
            task = group.createTask(forever);
          }),
        { clock },
      ),
    );
    await clock.advance(1);
    expect([(await running).name, task?.cancelled()]).toEqual(['TimeoutError', true]);
  });

  test('nested: the inner one up first', async () => {
    const clock = new ManualClock();
    const running = timeout(
      100,
      async () => {
        await expect(timeout(10, forever, { clock })).rejects.toThrow(TimeoutError);
        return 'the outer goes on';
      },
      { clock },
    );
    await clock.advance(10);
    expect(await running).toBe('the outer goes on');
  });

  test('nested: the outer one up first cancels the inner, which is no timeout of its own', async () => {
    const clock = new ManualClock();
    let inner: unknown;
    const running = failureOf(
      timeout(
        10,
        () =>
          timeout(100, forever, { clock }).catch((error: unknown) => {
            inner = error;
            throw error;
          }),
        { clock },
      ),
    );
    await clock.advance(10);
    expect(await running).toBeInstanceOf(TimeoutError);
    expect(inner).toBeInstanceOf(CancelledError);
    expect(clock.timers).toBe(0);
  });

  test('nested: both up at the same time', async () => {
    const clock = new ManualClock();
    const running = failureOf(timeout(10, () => timeout(10, forever, { clock }), { clock }));
    await clock.advance(10);
    expect(await running).toBeInstanceOf(TimeoutError);
  });

  test('the cancellation of the scope around it counts more', async () => {
    const clock = new ManualClock();
    const task = createTask(() => timeout(100, forever, { clock }));
    await turn();
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    expect(task.cancelled()).toBe(true);
  });

  test('up, and then the scope is cancelled as well', async () => {
    const clock = new ManualClock();
    const task = createTask(() =>
      timeout(
        10,
        async () => {
          await forever().catch(() => {
            task.cancel('why');
          });
          await sleep(0);
        },
        { clock },
      ),
    );
    await clock.advance(10);
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
  });

  test('in a cancelled scope the body does not begin', async () => {
    let began = false;
    const task = createTask(async () => {
      await forever().catch(() => undefined);
      await timeout(100, () => {
        began = true;
      });
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([began, task.cancelled()]).toEqual([false, true]);
  });

  test('by its signal, which keeps no listener', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    expect(await timeout(60_000, () => 1, { signal })).toBe(1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const running = timeout(60_000, forever, { signal });
    controller.abort('why');
    await expect(running).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
  });

  test('a body that heeds nothing is left to itself after the grace', async () => {
    const warning = nextWarning('HEDDLE_CANCELLATION_IGNORED');
    const gate = new Gate();
    await expect(timeout(1, () => gate.promise, { graceMs: 1 })).rejects.toThrow(TimeoutError);
    expect((await warning).message).toMatch(/^the body of timeout still runs 1 ms after it was cancelled, and is left to itself/);
    const late = nextWarning('HEDDLE_NEVER_RETRIEVED');
    gate.fail(new RangeError('late'));
    expect((await late).detail).toContain('RangeError: late');
  });

  test('leaves no timer', async () => {
    expect(
      await timersLeftBy(async () => {
        await timeout(60_000, () => 1);
        await failureOf(timeout(1, () => sleep(60_000)));
      }),
    ).toBe(0);
  });
});

describe('reschedule', () => {
  test('later, sooner, never, and in the past', async () => {
    const clock = new ManualClock();
    const started = (first: (limit: Timeout) => void): Promise<unknown> =>
      timeout(
        100,
        async (limit) => {
          first(limit);
          await forever();
        },
        { clock },
      ).catch((error: unknown) => (error as Error).name);
    const whens: (number | undefined)[] = [];
    const [later, sooner, past] = [
      (limit: Timeout) => {
        limit.reschedule(150);
        whens.push(limit.when());
      },
      (limit: Timeout) => limit.reschedule(50),
      (limit: Timeout) => limit.reschedule(-5),
    ].map(started);
    const ended: string[] = [];
    void later?.then(() => ended.push('later'));
    void sooner?.then(() => ended.push('sooner'));
    void past?.then(() => ended.push('past'));
    await clock.advance(0);
    await clock.advance(50);
    expect(ended).toEqual(['past', 'sooner']);
    await clock.advance(100);
    expect([ended, await later, whens]).toEqual([['past', 'sooner', 'later'], 'TimeoutError', [150]]);
    const never = timeout(
      10,
      async (limit) => {
        limit.reschedule(undefined);
        await sleep(20, { clock });
        return limit.when();
      },
      { clock },
    );
    await clock.advance(20);
    expect([await never, clock.timers]).toEqual([undefined, 0]);
  });

  test('after the time is up, and after the end, is an error', async () => {
    let limit: Timeout | undefined;
    await timeout(100, (each) => {
      limit = each;
    });
    expect(() => limit?.reschedule(5)).toThrow(new InvalidStateError('reschedule: the body has ended; a deadline can be moved until then'));
    const clock = new ManualClock();
    const running = timeout(
      1,
      async (each) =>
        await forever().catch(() => {
          each.reschedule(5);
        }),
      { clock },
    );
    await Promise.all([expect(running).rejects.toThrow('reschedule: the time is up already'), clock.advance(1)]);
  });

  test.each([
    [Number.NaN, RangeError],
    ['5', TypeError],
  ])('%p is no time', async (wrong, type) => {
    await timeout(100, (limit) => {
      expect(() => {
        limit.reschedule(wrong as never);
      }).toThrow(type);
    });
  });
});

describe('timeoutAt', () => {
  test('has its deadline on the clock', async () => {
    const clock = new ManualClock();
    await clock.advance(1000);
    const running = failureOf(timeoutAt(1010, forever, { clock }));
    await clock.advance(10);
    expect((await running).message).toBe('timeoutAt: the time was up before the body had ended');
    expect(await timeoutAt(undefined, (limit) => limit.when())).toBeUndefined();
  });

  test('in the past it is up in the next turn', async () => {
    await expect(timeoutAt(performance.now() - 5, forever)).rejects.toThrow(TimeoutError);
  });

  test.each([
    [Number.NaN, RangeError],
    [Infinity, RangeError],
    ['5', TypeError],
  ])('%p is no time', async (wrong, type) => {
    await expect(timeoutAt(wrong as never, forever)).rejects.toThrow(type);
  });
});

test.each([
  [-1, RangeError],
  [Number.NaN, RangeError],
  ['5', TypeError],
])('%p is no time for timeout', async (wrong, type) => {
  await expect(timeout(wrong as never, forever)).rejects.toThrow(type);
});

test('a promise is no body', async () => {
  await expect(timeout(5, Promise.resolve() as never)).rejects.toThrow(/^timeout: a function is needed, got an instance of Promise/);
});
