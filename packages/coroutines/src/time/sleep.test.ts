import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { CancelledError } from '@heddle/futures';
import { ManualClock } from '@heddle/testkit/support';
import { createTask } from '../tasks/create-task.js';
import { timersLeftBy } from '../test-support/leftovers.js';
import { sleep } from './sleep.js';

describe('sleep', () => {
  test('waits as long as its clock says', async () => {
    const clock = new ManualClock();
    let awake = false;
    const sleeping = sleep(100, { clock }).then(() => {
      awake = true;
    });
    await clock.advance(99);
    expect(awake).toBe(false);
    await clock.advance(1);
    await sleeping;
    expect(clock.timers).toBe(0);
  });

  test('0 lets others have their turn', async () => {
    const log: string[] = [];
    setImmediate(() => log.push('other'));
    await sleep(0);
    expect(log).toEqual(['other']);
  });

  test('leaves no timer when it is cancelled, nor a listener on its signal', async () => {
    const controller = new AbortController();
    expect(
      await timersLeftBy(async () => {
        const [a, b] = [createTask(() => sleep(60_000)), createTask(() => sleep(60_000, { signal: controller.signal }))];
        const c = sleep(60_000, { signal: controller.signal });
        await sleep(0);
        a.cancel();
        b.cancel();
        expect((await Promise.allSettled([a, b])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
        controller.abort('enough');
        await expect(c).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'enough' });
        await sleep(1, { signal: new AbortController().signal });
      }),
    ).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('with a signal that has aborted, or in a scope that is cancelled, does not begin', async () => {
    const clock = new ManualClock();
    const signal = AbortSignal.abort('before');
    const sleeping = sleep(1, { signal, clock });
    expect(clock.timers).toBe(0);
    await expect(sleeping).rejects.toThrow(CancelledError);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('Infinity holds no timer', async () => {
    expect(
      await timersLeftBy(async () => {
        void sleep(Infinity);
      }),
    ).toBe(0);
  });

  test.each([
    [-1, RangeError, 'sleep: ms must be 0 or more milliseconds, got -1'],
    [Number.NaN, RangeError, 'sleep: ms must be 0 or more milliseconds, got NaN'],
    ['5', TypeError, 'sleep: ms must be a number of milliseconds, got "5"'],
    [undefined, TypeError, 'sleep: ms must be a number of milliseconds, got undefined'],
    [async () => 5, TypeError, 'sleep: ms must be a number of milliseconds, got an anonymous function'],
  ])('%p is no time', async (wrong, type, message) => {
    await expect(sleep(wrong as never)).rejects.toThrow(new type(message));
  });

  test('an option that does not exist is refused', async () => {
    await expect(sleep(1, { singal: 1 } as never)).rejects.toThrow('sleep: unknown option "singal"; did you mean "signal"?');
    await expect(sleep(1, { signal: 1 } as never)).rejects.toThrow(TypeError);
  });
});

describe('sleep with a value', () => {
  test('gives it; options come after it', async () => {
    const clock = new ManualClock();
    const sleeping: Promise<string> = sleep(10, 'awake', { clock });
    await clock.advance(10);
    expect(await sleeping).toBe('awake');
    const list = [1];
    expect([await sleep(0, 0), await sleep(0, null), await sleep(0, list), await sleep(0, undefined), await sleep(0)]).toEqual([
      0,
      null,
      list,
      undefined,
      undefined,
    ]);
    expect(await sleep(0, new Map([[1, 2]]), {})).toEqual(new Map([[1, 2]]));
  });

  test('a plain object alone is the options, and misspelled ones are refused; with options behind it, it is the value', async () => {
    await expect(sleep(0, { signl: 1 } as never)).rejects.toThrow(/signl/);
    expect(await sleep(0, { a: 1 }, {})).toEqual({ a: 1 });
  });
});
