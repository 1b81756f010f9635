import { describe, expect, test } from '@jest/globals';
import { failureOf, until } from '@heddle/testkit/support';
import { groupError } from '../test-support/errors.js';
import { sleep } from '../time/sleep.js';
import { createTask } from './create-task.js';
import { TaskGroup } from './task-group.js';
import type { Task } from './task.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const fail = async (): Promise<never> => {
  throw new RangeError('failed');
};

describe('await using', () => {
  test('waits at the end of the block', async () => {
    const log: string[] = [];
    {
      await using group = new TaskGroup({ name: 'block' });
      group.createTask(async () => {
        await sleep(1);
        log.push('task');
      });
      log.push('body');
    }
    expect(log).toEqual(['body', 'task']);
  });

  test('throws what tasks threw; cancel() is no error', async () => {
    const block = async (cancel: boolean): Promise<void> => {
      await using group = new TaskGroup({ name: 'block' });
      group.createTask(forever);
      if (cancel) group.cancel();
      else group.createTask(fail);
    };
    expect((await groupError(block(false))).message).toBe('an error in task group "block": RangeError: failed');
    await block(true);
  });

  test('ends once, however often it is asked to', async () => {
    const group = new TaskGroup();
    group.createTask(() => sleep(1));
    await Promise.all([group[Symbol.asyncDispose](), group[Symbol.asyncDispose]()]);
    await group[Symbol.asyncDispose]();
  });

  test('one that is forgotten holds nobody up, and nothing begins in it afterwards', async () => {
    const forgotten: TaskGroup[] = [];
    const ran: string[] = [];
    await TaskGroup.run(async () => {
      forgotten.push(new TaskGroup(), new TaskGroup());
      void forgotten[1]?.createTask(async () => {
        await sleep(0);
        ran.push('in time');
      });
    });
    const late = forgotten.map((group) =>
      group.createTask(() => {
        ran.push('late');
      }),
    );
    await sleep(0);
    expect([ran, late.map((task) => task.cancelled())]).toEqual([['in time'], [true, true]]);
    await Promise.allSettled(late);
    expect(forgotten.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  test('its signal aborts with the scope it is in, also without a task', async () => {
    let signal: AbortSignal | undefined;
    const task = createTask(async () => {
      await using group = new TaskGroup();
      ({ signal } = group);
      await forever();
    });
    await sleep(0);
    task.cancel('why');
    await failureOf(task);
    expect([task.cancelled(), signal?.aborted]).toEqual([true, true]);
  });

  test('in a task that is cancelled: the tasks are, and the next wait throws', async () => {
    let child: Task<void> | undefined;
    const log: string[] = [];
    const task = createTask(async () => {
      {
        await using group = new TaskGroup();
        child = group.createTask(forever);
      }
      log.push('after the block');
      await sleep(0);
    });
    await until('the child to run', () => child?.running() === true);
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), child?.cancelled(), log]).toEqual([true, true, ['after the block']]);
  });

  test('that is left by the cancellation: no error hides it', async () => {
    const task = createTask(async () => {
      await using group = new TaskGroup();
      group.createTask(forever);
      await forever();
    });
    await sleep(0);
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    expect(task.cancelled()).toBe(true);
  });
});
