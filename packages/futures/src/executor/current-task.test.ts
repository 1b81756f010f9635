import { expect, test } from '@jest/globals';
import * as copy from '@heddle/futures';
import { InlineExecutor } from '../inline/inline-executor.js';
import { currentExecutor, currentTask } from './current-task.js';

test('outside of a task there is none', () => {
  expect([currentTask(), currentExecutor()]).toEqual([undefined, undefined]);
});

test('a task that loaded another copy of the package is known there too', async () => {
  const executor = new InlineExecutor();
  const seen = await executor.submit(() => ({
    task: copy.currentTask()?.name,
    executor: (copy.currentExecutor() as unknown) === executor,
  }));
  expect(seen).toEqual({ task: 'anonymous', executor: true });
});

test('it follows the awaits of a task, and ends with it', async () => {
  const executor = new InlineExecutor();
  const named = async (): Promise<(string | undefined)[]> => {
    const names = [currentTask()?.name];
    await new Promise((resolve) => setImmediate(resolve));
    return [...names, currentTask()?.name];
  };
  const [a, b] = await Promise.all([executor.with({ name: 'a' }).submit(named), executor.with({ name: 'b' }).submit(named)]);
  expect([a, b]).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ]);
  expect(currentTask()).toBeUndefined();
});

test('nested tasks have their own', async () => {
  const executor = new InlineExecutor();
  const inner = (): string | undefined => currentTask()?.name;
  const outer = async (): Promise<unknown[]> => [currentTask()?.name, await currentExecutor()?.submit(inner), currentTask()?.name];
  expect(await executor.submit(outer)).toEqual(['outer', 'inner', 'outer']);
});
