/** asyncio.gather: what CPython's test_tasks says of it, as behaviour. */
import { describe, expect, test } from '@jest/globals';
import { CancelledError, FutureController } from '@heddle/futures';
import { failureOf } from '@heddle/testkit/support';
import { createTask } from '../tasks/create-task.js';
import { groupError } from '../test-support/errors.js';
import { Gate } from '../test-support/gate.js';
import { timersLeftBy } from '../test-support/leftovers.js';
import { sleep } from '../time/sleep.js';
import { gather } from './gather.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const fail = async (error: unknown = new RangeError('failed')): Promise<never> => {
  throw error;
};
const after = (turns: number, value: unknown) => async (): Promise<unknown> => {
  for (let i = 0; i < turns; i++) await sleep(0);
  return value;
};

describe('gather', () => {
  test('gives the values in the order given, however they come', async () => {
    expect(await gather([after(3, 'a'), after(1, 'b'), createTask(after(2, 'c')), Promise.resolve('d')])).toEqual(['a', 'b', 'c', 'd']);
    expect(await gather([])).toEqual([]);
  });

  test('is typed by place', async () => {
    const [n, text, later] = await gather([async () => 1, Promise.resolve('x'), createTask(() => true)]);
    const typed: [number, string, boolean] = [n, text, later];
    expect(typed).toEqual([1, 'x', true]);
    const list: number[] = await gather([1, 2].map((each) => async () => each));
    expect(list).toEqual([1, 2]);
  });

  test('takes any iterable, and the same task twice', async () => {
    const task = createTask(() => 1);
    expect(await gather(new Set([task]) as never)).toEqual([1]);
    expect(await gather([task, task])).toEqual([1, 1]);
  });

  test('begins functions at once, none before another has ended', async () => {
    const log: string[] = [];
    const each = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await sleep(0);
      log.push(`${name} ends`);
    };
    await gather([each('a'), each('b')]);
    expect(log).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
  });

  test('an error cancels the others, waits for them, and is thrown as it is', async () => {
    const log: string[] = [];
    const other = createTask(async () => {
      try {
        await forever();
      } finally {
        log.push('cleaned up');
      }
    });
    const pending = new FutureController<number>('pending').future;
    await expect(gather([other, forever, pending, after(1, 1), () => fail()])).rejects.toThrow(new RangeError('failed'));
    expect([log, other.cancelled(), pending.cancelled()]).toEqual([['cleaned up'], true, true]);
    await expect(other).rejects.toMatchObject({ cause: new RangeError('failed') });
  });

  test('a promise, which nobody can cancel, is not waited for', async () => {
    await expect(gather([new Promise(() => undefined), () => fail()])).rejects.toThrow(RangeError);
  });

  test('errors of the cleanup are kept with the first', async () => {
    const error = await groupError(gather([() => forever().catch(() => fail(new TypeError('cleanup'))), () => fail()]));
    expect(error.errors).toEqual([new RangeError('failed'), new TypeError('cleanup')]);
    expect(error.message).toBe('2 errors in gather: RangeError: failed');
  });

  test('a task that is cancelled counts as one that fails', async () => {
    const task = createTask(forever);
    const gathering = gather([task, forever]);
    await sleep(0);
    task.cancel('why');
    await expect(gathering).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
  });

  test('returnExceptions: errors among the values, and nothing is cancelled', async () => {
    const results = await gather([after(2, 'a'), () => fail(), createTask(() => fail(new TypeError('x')))], { returnExceptions: true });
    expect(results).toEqual(['a', new RangeError('failed'), new TypeError('x')]);
    const cancelled = createTask(forever);
    cancelled.cancel();
    expect((await gather([cancelled], { returnExceptions: true }))[0]).toBeInstanceOf(CancelledError);
  });

  test('cancelSiblings: false lets the others run on, as asyncio does', async () => {
    const gate = new Gate();
    const other = createTask(async () => {
      await gate.promise;
      return 1;
    });
    await expect(gather([other, () => fail()], { cancelSiblings: false })).rejects.toThrow(RangeError);
    gate.open();
    expect(await other).toBe(1);
  });

  test('the cancellation of its scope cancels all, those from elsewhere too, and waits for them', async () => {
    const elsewhere = createTask(forever);
    const log: string[] = [];
    const task = createTask(async () => {
      await gather([elsewhere, () => forever().finally(() => log.push('inner')), new Promise(() => undefined)]).finally(() =>
        log.push('gather'),
      );
    });
    await sleep(0);
    await sleep(0);
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ cause: 'why' });
    expect([elsewhere.cancelled(), log]).toEqual([true, ['inner', 'gather']]);
    await expect(elsewhere).rejects.toMatchObject({ cause: 'why' });
  });

  test('errors of the cleanup after a cancellation are thrown', async () => {
    const task = createTask(() => gather([() => forever().catch(() => fail())]));
    await sleep(0);
    await sleep(0);
    task.cancel();
    expect((await groupError(task)).errors).toEqual([new RangeError('failed')]);
  });

  test('in a cancelled scope nothing is begun', async () => {
    let began = false;
    const task = createTask(async () => {
      await forever().catch(() => undefined);
      await gather([
        () => {
          began = true;
        },
      ]);
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), began]).toEqual([true, false]);
  });

  test('leaves no timer', async () => {
    expect(await timersLeftBy(() => failureOf(gather([() => sleep(60_000), () => sleep(60_000), () => fail()])))).toBe(0);
  });

  test.each([
    [[5], 'gather: a function to begin, a future or another promise is needed, got 5'],
    [[undefined], 'gather: a function to begin, a future or another promise is needed, got undefined'],
    [async () => 1, 'gather: an array of functions or promises is needed, got an anonymous function'],
    [undefined, 'gather: an array of functions or promises is needed, got undefined'],
  ])('%p is refused', async (wrong, message) => {
    await expect(gather(wrong as never)).rejects.toThrow(new TypeError(message));
  });

  test('nothing is begun when one of them is wrong', async () => {
    let began = false;
    await failureOf(
      gather([
        () => {
          began = true;
        },
        5 as never,
      ]),
    );
    await sleep(0);
    expect(began).toBe(false);
  });

  test('an option that does not exist is refused', async () => {
    await expect(gather([], { returnException: true } as never)).rejects.toThrow('did you mean "returnExceptions"?');
  });
});
