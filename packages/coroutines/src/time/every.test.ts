import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { failureOf, ManualClock, turn } from '@heddle/testkit/support';
import { createTask } from '../tasks/create-task.js';
import { groupError } from '../test-support/errors.js';
import { Gate } from '../test-support/gate.js';
import { every, type EveryOptions } from './every.js';
import { sleep } from './sleep.js';

/** Starts it, and tells when runs begin. */
async function started(clock: ManualClock, options: EveryOptions, run: (n: number) => unknown = () => undefined) {
  const begun: number[] = [];
  const task = every(
    10,
    () => {
      begun.push(clock.now());
      return run(begun.length);
    },
    { ...options, clock },
  );
  await turn();
  return { begun, task };
}

describe('every', () => {
  test.each(['skip', 'queue', 'parallel'] as const)(
    '%s: ticks are counted from the start, however long runs and timers take',
    async (overlap) => {
      const clock = new ManualClock();
      const { begun, task } = await started(clock, { overlap }, async () => {
        await sleep(3, { clock });
      });
      await clock.advance(50);
      expect(begun).toEqual([10, 20, 30, 40, 50]);
      task.cancel();
      await failureOf(task);
      expect([task.cancelled(), clock.timers]).toEqual([true, 0]);
    },
  );

  test('the function need not be async', async () => {
    const clock = new ManualClock();
    const { begun, task } = await started(clock, {});
    await clock.advance(30);
    task.cancel();
    await failureOf(task);
    expect(begun).toEqual([10, 20, 30]);
  });

  test('skip leaves out ticks during a run', async () => {
    const clock = new ManualClock();
    const { begun, task } = await started(clock, {}, async (n) => {
      await sleep(n === 2 ? 25 : 1, { clock });
    });
    await clock.advance(60);
    expect(begun).toEqual([10, 20, 50, 60]);
    task.cancel();
    await failureOf(task);
  });

  test('queue runs them all, one after the other', async () => {
    const clock = new ManualClock();
    const { begun, task } = await started(clock, { overlap: 'queue' }, async (n) => {
      await sleep(n === 2 ? 25 : 1, { clock });
    });
    await clock.advance(60);
    expect(begun).toEqual([10, 20, 45, 46, 50, 60]);
    task.cancel();
    await failureOf(task);
  });

  test('parallel runs them at the same time', async () => {
    const clock = new ManualClock();
    let running = 0;
    let most = 0;
    const { begun, task } = await started(clock, { overlap: 'parallel' }, async () => {
      most = Math.max(most, ++running);
      await sleep(25, { clock });
      running -= 1;
    });
    await clock.advance(50);
    expect([begun, most]).toEqual([[10, 20, 30, 40, 50], 3]);
    task.cancel();
    await failureOf(task);
    expect(clock.timers).toBe(0);
  });

  test.each([
    ['skip', [10, 50, 60]],
    ['queue', [10, 50, 50, 50, 50, 60]],
    ['parallel', [10, 50, 60]],
  ] as const)('%s: after the event loop was blocked', async (overlap, expected) => {
    const clock = new ManualClock();
    const { begun, task } = await started(clock, { overlap });
    await clock.advance(15);
    clock.block(35); // until 50
    await clock.advance(10);
    expect(begun).toEqual(expected);
    task.cancel();
    await failureOf(task);
  });

  test('ends with the error of its function', async () => {
    const clock = new ManualClock();
    const { begun, task } = await started(clock, {}, (n) => {
      if (n === 2) throw new RangeError('x');
    });
    const failure = failureOf(task);
    await clock.advance(30);
    expect(await failure).toEqual(new RangeError('x'));
    expect([begun, clock.timers]).toEqual([[10, 20], 0]);
  });

  test('ends runs in parallel with the first error, and keeps those of their cleanup', async () => {
    const clock = new ManualClock();
    const { task } = await started(clock, { overlap: 'parallel' }, async (n) => {
      if (n === 2) throw new RangeError('x');
      await sleep(Infinity).catch(() => {
        throw new TypeError('cleanup');
      });
    });
    const failure = groupError(task);
    await clock.advance(20);
    expect((await failure).errors).toEqual([new RangeError('x'), new TypeError('cleanup')]);
  });

  test('belongs to the scope it is made in; cancelling reaches its run', async () => {
    const clock = new ManualClock();
    const gate = new Gate();
    let cleanedUp = false;
    const task = createTask(async () => {
      every(
        10,
        async () => {
          await sleep(Infinity).finally(() => {
            cleanedUp = true;
          });
        },
        { clock },
      );
      await gate.promise;
    });
    await clock.advance(10);
    gate.open();
    await task;
    expect([cleanedUp, clock.timers]).toEqual([true, 0]);
  });

  test('by its signal, which keeps no listener', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const { task } = await started(clock, { signal: controller.signal });
    controller.abort('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    expect([task.cancelled(), getEventListeners(controller.signal, 'abort').length]).toEqual([true, 0]);
    const never = every(10, () => undefined, { signal: AbortSignal.abort('before') });
    expect(never.cancelled()).toBe(true);
    await failureOf(never);
  });

  test.each([
    [0, RangeError],
    [-1, RangeError],
    [Number.NaN, RangeError],
    [Infinity, RangeError],
    ['5', TypeError],
  ])('%p is no pace', (wrong, type) => {
    expect(() => every(wrong as never, () => undefined)).toThrow(type);
  });

  test('a promise is no function, and policies are three', () => {
    expect(() => every(5, Promise.resolve() as never)).toThrow(/^every: a function is needed/);
    expect(() => every(5, () => undefined, { overlap: 'skipp' } as never)).toThrow('did you mean "skip"?');
  });
});

describe('every with onError', () => {
  test.each(['skip', 'queue', 'parallel'] as const)('%s: is told each error, and goes on', async (overlap) => {
    const clock = new ManualClock();
    const errors: unknown[] = [];
    const onError = (error: unknown): void => {
      errors.push(error);
    };
    const { begun, task } = await started(clock, { overlap, onError }, (n) => {
      if (n % 2 === 0) throw new RangeError(`run ${String(n)}`);
    });
    await clock.advance(50);
    expect(begun).toEqual([10, 20, 30, 40, 50]);
    expect(errors).toEqual([new RangeError('run 2'), new RangeError('run 4')]);
    task.cancel();
    await failureOf(task);
    expect(task.cancelled()).toBe(true);
  });

  test('is not told that runs were cancelled with it; what it throws ends it', async () => {
    const clock = new ManualClock();
    const errors: unknown[] = [];
    const { task } = await started(
      clock,
      {
        onError: (error) => {
          errors.push(error);
        },
      },
      () => sleep(Infinity),
    );
    await clock.advance(10);
    task.cancel();
    await failureOf(task);
    expect(errors).toEqual([]);
    const { task: ended } = await started(
      clock,
      {
        onError: (error) => {
          throw error;
        },
      },
      () => {
        throw new RangeError('enough');
      },
    );
    const failure = failureOf(ended);
    await clock.advance(10);
    expect(await failure).toEqual(new RangeError('enough'));
  });
});
