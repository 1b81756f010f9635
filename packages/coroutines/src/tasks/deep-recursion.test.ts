/** @slow */
import { describe, expect, test } from '@jest/globals';
import { failureOf, until } from '@heddle/testkit/support';
import { sleep } from '../time/sleep.js';
import { createTask } from './create-task.js';
import { TaskGroup } from './task-group.js';

describe('deep recursion', () => {
  test('a recursion of 100,000 tasks, each of which waits for the next', async () => {
    const depth = 100_000;
    const descend = async (group: TaskGroup, n: number): Promise<number> =>
      n === 0 ? 0 : 1 + (await group.createTask(descend, group, n - 1));
    expect(await TaskGroup.run((group) => descend(group, depth))).toBe(depth);
  });

  test('30,000 tasks, each begun in the one before, are cancelled from above: no stack is as deep', async () => {
    const depth = 30_000;
    let deepest = 0;
    const descend = async (n: number): Promise<void> => {
      deepest = n;
      await (n === depth ? sleep(Infinity) : createTask(descend, n + 1));
    };
    const task = createTask(descend, 1);
    await until('the deepest to run', () => deepest === depth);
    task.cancel();
    await failureOf(task);
    expect(task.cancelled()).toBe(true);
  });
});
