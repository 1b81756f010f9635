/** @slow */
import { expect, test } from '@jest/globals';
import { InlineExecutor } from '../inline/inline-executor.js';
import { collected, until } from '../test-support/observe.js';
import { wait } from '../wait/wait.js';
import { FutureController } from './future-controller.js';
import type { Future } from './future.js';

/** Refers to the task, as the controller of an executor does. */
class TaskController extends FutureController<number> {
  readonly held: object[];

  constructor(...held: object[]) {
    super('task');
    this.held = held;
  }
}

function settled(how: 'value' | 'error' | 'cancel', refs: WeakRef<object>[]): Future<number> {
  const fn = { function: how };
  const args = { arguments: how };
  const controller = new TaskController(fn, args);
  refs.push(new WeakRef(fn), new WeakRef(args), new WeakRef(controller));
  controller.future.addDoneCallback(() => [fn, args]);
  if (how === 'value') controller.setResult(1);
  else if (how === 'error') controller.setException(new Error('kept'));
  else controller.future.cancel();
  return controller.future;
}

test.each(['value', 'error', 'cancel'] as const)(
  'a future settled by %s lets go of controller, function, arguments and callbacks',
  async (how) => {
    const refs: WeakRef<object>[] = [];
    const future = settled(how, refs);
    await collected(refs);
    expect(future.done()).toBe(true);
    await future.catch(() => undefined);
  },
);

test('a settled inline future keeps neither the function nor the arguments', async () => {
  const executor = new InlineExecutor();
  const refs: WeakRef<object>[] = [];
  const submit = (): Future<number> => {
    const args = { n: 1 };
    const fn = ({ n }: { n: number }): number => n;
    refs.push(new WeakRef(fn), new WeakRef(args));
    return executor.submit(fn, args);
  };
  const future = submit();
  expect(await future).toBe(1);
  await collected(refs);
  expect(future.state).toBe('finished');
});

test('the results of a map keep nothing that was read, however it was read', async () => {
  const executor = new InlineExecutor();
  const results = executor.map((n) => ({ n }), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { chunkSize: 5 });
  const refs: WeakRef<object>[] = [];
  const read = async (): Promise<void> => {
    const step = await results.next();
    if (step.done !== true) refs.push(new WeakRef(step.value));
  };
  for (let i = 0; i < 4; i++) await read();
  await collected(refs.slice(0, 3));
  const rest = await results.toArray();
  expect(rest.map(({ n }) => n)).toEqual([4, 5, 6, 7, 8, 9]);
  const last = rest.map((value) => new WeakRef(value));
  rest.length = 0;
  await collected([...refs, ...last]);
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

test('a map keeps nothing of its items and its function when it has ended', async () => {
  const refs: WeakRef<object>[] = [];
  const start = (): AsyncIterator<number> => {
    const items = [{ n: 1 }, { n: 2 }];
    const fn = (item: { n: number }): number => item.n;
    refs.push(...items.map((item) => new WeakRef(item)), new WeakRef(fn));
    return new InlineExecutor().map(fn, items);
  };
  const results = start();
  await results.next();
  await results.next();
  await collected(refs);
  expect((await results.next()).done).toBe(true);
});

test('wait() and its timeout leave nothing on futures that are not done', async () => {
  const controller = new FutureController<number>();
  const refs: WeakRef<object>[] = [];
  const waitOnce = async (): Promise<void> => {
    const other = new FutureController<number>();
    refs.push(new WeakRef(other.future));
    await wait([controller.future, other.future], { timeoutMs: 1 });
  };
  await waitOnce();
  await collected(refs);
  controller.setResult(1);
  await until('the future', () => controller.future.done());
});
