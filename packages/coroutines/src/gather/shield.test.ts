/** asyncio.shield: what CPython's test_tasks says of it, as behaviour, and how it differs for scopes. */
import { describe, expect, test } from '@jest/globals';
import { failureOf, nextWarning } from '@heddle/testkit/support';
import { checkCancelled, currentSignal } from '../scopes/check-cancelled.js';
import { createTask } from '../tasks/create-task.js';
import type { Task } from '../tasks/task.js';
import { Gate } from '../test-support/gate.js';
import { sleep } from '../time/sleep.js';
import { detached, shield } from './shield.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const fail = async (): Promise<never> => {
  throw new RangeError('failed');
};

describe('shield', () => {
  test('gives the value or the error', async () => {
    const value: number = await shield(async () => 1);
    expect([value, await shield(Promise.resolve(2)), await shield(createTask(() => 3))]).toEqual([1, 2, 3]);
    await expect(shield(fail)).rejects.toThrow(RangeError);
    await expect(shield(createTask(fail))).rejects.toThrow(RangeError);
  });

  test('a cleanup in a cancelled scope may wait under it; the next wait after it throws', async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      try {
        await forever();
      } finally {
        await shield(async () => {
          await sleep(0);
          checkCancelled();
          log.push(String(currentSignal().aborted));
          await createTask(async () => {
            await sleep(0);
            log.push('a task of it too');
          });
        });
        log.push('after');
        await sleep(0).catch(() => {
          log.push('but not after it');
        });
      }
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([log, task.cancelled()]).toEqual([['false', 'a task of it too', 'after', 'but not after it'], true]);
  });

  test('the cancellation from around waits until it has ended', async () => {
    const gate = new Gate();
    const log: string[] = [];
    const task = createTask(async () => {
      await shield(async () => {
        await gate.promise;
        await sleep(0);
        log.push('shielded');
      });
      await forever();
    });
    await sleep(0);
    task.cancel();
    await sleep(0);
    expect(task.done()).toBe(false);
    gate.open();
    await failureOf(task);
    expect([log, task.cancelled()]).toEqual([['shielded'], true]);
  });

  test('a task that is given is taken out of the reach of its scope', async () => {
    const gate = new Gate();
    let inner: Task<string> | undefined;
    const task = createTask(async () => {
      inner = createTask(async () => {
        await gate.promise;
        await sleep(0);
        return 'inner';
      });
      return await shield(inner);
    });
    await sleep(0);
    task.cancel();
    gate.open();
    expect([await task, await inner]).toEqual(['inner', 'inner']);
  });

  test('a scope in it can still be cancelled by itself', async () => {
    const value = await shield(async () => {
      const task = createTask(forever);
      await sleep(0);
      task.cancel();
      return await task.catch(() => task.state);
    });
    expect(value).toBe('cancelled');
  });

  test('cancel() ends the waiting only', async () => {
    const gate = new Gate<number>();
    const inner = createTask(async () => await gate.promise);
    const outer = shield(inner);
    expect([outer.cancel('why'), outer.cancelled(), inner.done()]).toEqual([true, true, false]);
    await expect(outer).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    gate.open(1);
    expect(await inner).toBe(1);
  });

  test('the cancellation of what is shielded comes through', async () => {
    const inner = createTask(forever);
    const outer = shield(inner);
    await sleep(0);
    inner.cancel('why');
    await expect(outer).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
  });

  test('an error that nobody waits for any longer is reported', async () => {
    const warning = nextWarning('HEDDLE_NEVER_RETRIEVED');
    const outer = shield(fail);
    outer.cancel();
    await failureOf(outer);
    expect((await warning).detail).toContain('RangeError: failed');
  });

  test('ends with the task that it is in', async () => {
    const log: string[] = [];
    await createTask(async () => {
      void shield(async () => {
        await sleep(1);
        log.push('shielded');
      });
      await sleep(0);
    });
    expect(log).toEqual(['shielded']);
  });

  test.each([[undefined], [5], [{}]])('%p can not be shielded', (wrong) => {
    expect(() => shield(wrong as never)).toThrow(/^shield: a function to begin, a future or another promise is needed, got /);
  });
});

describe('detached', () => {
  test('gives the value or the error', async () => {
    const value: number = await detached(async () => 1);
    expect([value, await detached(Promise.resolve(2)), await detached(createTask(() => 3))]).toEqual([1, 2, 3]);
    await expect(detached(fail)).rejects.toThrow(RangeError);
    await expect(detached(createTask(fail))).rejects.toThrow(RangeError);
    await expect(detached(1 as never)).rejects.toThrow(/^detached: a function to begin/);
  });

  test('cancelling the scope ends the waiting at once, and not what is waited for: a function, a task', async () => {
    const gate = new Gate();
    const log: string[] = [];
    const inner = createTask(async () => {
      await gate.promise;
      log.push('task');
    });
    const waiting = [
      createTask(() =>
        detached(async () => {
          await gate.promise;
          log.push('function');
        }),
      ),
      createTask(() => detached(inner)),
    ];
    await sleep(0);
    for (const each of waiting) each.cancel();
    for (const each of waiting) expect(await failureOf(each)).toMatchObject({ code: 'HEDDLE_CANCELLED' });
    expect(log).toEqual([]);
    gate.open();
    await inner;
    await sleep(0);
    expect(log.sort()).toEqual(['function', 'task']);
  });

  test('what fails when nobody waits any longer is reported', async () => {
    const gate = new Gate();
    const task = createTask(() =>
      detached(async () => {
        await gate.promise;
        throw new RangeError('too late');
      }),
    );
    await sleep(0);
    task.cancel();
    await failureOf(task);
    const warning = nextWarning('HEDDLE_NEVER_RETRIEVED');
    gate.open();
    expect(await warning).toMatchObject({
      code: 'HEDDLE_NEVER_RETRIEVED',
      message: expect.stringMatching(/what was detached failed/) as unknown,
    });
  });
});
