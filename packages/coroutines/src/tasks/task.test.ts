/** asyncio's tasks: create_task, cancel, cancelled; what CPython's test_tasks says of them, as behaviour. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { AbortError, CancelledError, Future, InvalidStateError, isHeddleError } from '@heddle/futures';
import { failureOf, nextWarning, until } from '@heddle/testkit/support';
import { checkCancelled, currentSignal } from '../scopes/check-cancelled.js';
import { Gate } from '../test-support/gate.js';
import { sleep } from '../time/sleep.js';
import { createTask } from './create-task.js';
import { Task } from './task.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};

describe('a task', () => {
  test('is a Future of what the function returns, awaited', async () => {
    const task = createTask(async (a: number, b: number) => a + b, 1, 2);
    expect(task).toBeInstanceOf(Task);
    expect(task).toBeInstanceOf(Future);
    const sum: number = await task;
    expect([sum, task.state, await task.result(), await task.exception()]).toEqual([3, 'finished', 3, undefined]);
    expect(await createTask(() => 'no promise')).toBe('no promise');
  });

  test('begins after the call that makes it, in the order of making', async () => {
    const log: string[] = [];
    const a = createTask(() => {
      log.push('a');
    });
    const b = createTask(() => {
      log.push('b');
    });
    log.push('made');
    expect([a.state, a.name === '']).toEqual(['pending', false]);
    await b;
    expect(log).toEqual(['made', 'a', 'b']);
  });

  test("has the function's name, and shows it", async () => {
    const task = createTask(forever);
    expect([task.name, inspect(task)]).toEqual(['forever', '<Future "forever" pending>']);
    await sleep(0);
    expect(Object.prototype.toString.call(task)).toBe('[object Task]');
    expect(task.running()).toBe(true);
    task.cancel();
    await failureOf(task);
    expect(createTask(() => undefined).name).toBe('anonymous');
  });

  test.each([
    [
      'rejects',
      async () => {
        throw new RangeError('x');
      },
    ],
    [
      'throws at once',
      () => {
        throw new RangeError('x');
      },
    ],
  ])('fails with what its function throws, when it %s', async (_how, fn: () => unknown) => {
    const task = createTask(fn);
    await expect(task).rejects.toThrow(RangeError);
    expect([task.state, task.cancelled()]).toEqual(['finished', false]);
  });

  test('keeps the async context of whoever made it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const read = async (): Promise<string | undefined> => {
      await sleep(0);
      return storage.getStore();
    };
    const [a, b] = ['a', 'b'].map((value) => storage.run(value, () => createTask(read)));
    expect([await a, await b, storage.getStore()]).toEqual(['a', 'b', undefined]);
  });

  test('awaits itself: that is an error, and no deadlock', async () => {
    const own = new Gate<Task<unknown>>();
    const task: Task<unknown> = createTask(async () => await (await own.promise.then((each) => [each]))[0]);
    own.open(createTask(() => 1));
    expect(await task).toBe(1); // another one's is fine
    const box: { task?: Task<unknown> } = {};
    box.task = createTask(async function weave() {
      await sleep(0);
      return await box.task;
    });
    await expect(box.task).rejects.toThrow(InvalidStateError);
    box.task = createTask(async function weave() {
      return await Promise.all([box.task]);
    });
    await expect(box.task).rejects.toThrow('task "weave" awaits itself, and would never end');
    box.task = createTask(async () => {
      box.task?.addDoneCallback(() => undefined);
    }); // that is no waiting
    await box.task;
  });

  test.each([[undefined], [5], ['f'], [{}]])('is not made of %p', (wrong) => {
    expect(() => createTask(wrong as never)).toThrow(TypeError);
    expect(() => createTask(wrong as never)).toThrow(/^createTask: a function is needed, got /);
  });

  test('is not made of a promise, which nobody could cancel', () => {
    expect(() => createTask(Promise.resolve(1) as never)).toThrow(
      'createTask: a function is needed, got an instance of Promise; pass the function and its arguments, f, a, b, rather than what f(a, b) returns',
    );
  });
});

describe('cancel', () => {
  test('before it began: it never does', async () => {
    let began = false;
    const task = createTask(() => {
      began = true;
    });
    expect([task.cancel('why'), task.state]).toEqual([true, 'cancelled']);
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    await sleep(0);
    expect(began).toBe(false);
  });

  test('while it waits: the wait throws at once, with the reason as its cause', async () => {
    let thrown: unknown;
    const task = createTask(async () => {
      try {
        await sleep(Infinity);
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
    await sleep(0);
    expect(task.cancel('why')).toBe(true);
    expect(task.state).toBe('running'); // until it has given way
    const error = await failureOf(task);
    expect(error).toBe(thrown);
    expect(error).toBeInstanceOf(CancelledError);
    expect([error.cause, task.state, task.cancelled(), task.cancel()]).toEqual(['why', 'cancelled', true, true]);
    await expect(task.exception()).rejects.toBe(error);
  });

  test('of a task that is done says false', async () => {
    const task = createTask(() => 1);
    await task;
    expect(task.cancel()).toBe(false);
    expect(await task).toBe(1);
  });

  test('is level-triggered: every further wait throws too', async () => {
    let count = 0;
    const task = createTask(async () => {
      for (let i = 0; i < 3; i++)
        await sleep(i === 0 ? Infinity : 0).catch(() => {
          count += 1;
        });
      expect(() => {
        checkCancelled();
      }).toThrow(CancelledError);
      expect(currentSignal().aborted).toBe(true);
      await sleep(0);
    });
    await sleep(0);
    task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
    expect(count).toBe(3);
  });

  test('that is caught: the task finishes with what it returns', async () => {
    const task = createTask(async () => {
      await forever().catch(() => undefined);
      return 'all the same';
    });
    await sleep(0);
    task.cancel();
    expect(await task).toBe('all the same');
    expect(task.cancelled()).toBe(false);
  });

  test('an error on the way out takes its place', async () => {
    const task = createTask(async () => {
      try {
        await forever();
      } finally {
        throw new RangeError('in the cleanup'); // eslint-disable-line no-unsafe-finally
      }
    });
    await sleep(0);
    task.cancel();
    await expect(task).rejects.toThrow(RangeError);
    expect(task.cancelled()).toBe(false);
  });

  test('reaches what the task began, however deep, in one go', async () => {
    const tasks: Task<unknown>[] = [];
    const nest = async (depth: number): Promise<void> => {
      if (depth === 0) return await forever();
      tasks.push(createTask(nest, depth - 1));
      await tasks.at(-1);
    };
    tasks.push(createTask(nest, 5));
    await until('all to run', () => tasks.length === 6 && tasks.every((each) => each.running()));
    tasks[0]?.cancel('stop');
    await Promise.allSettled(tasks);
    expect(tasks.map((each) => each.state)).toEqual(Array(6).fill('cancelled'));
  });

  test('reaches what was given the signal', async () => {
    const { setTimeout: timer } = await import('node:timers/promises');
    const task = createTask(async () => {
      await timer(60_000, undefined, { signal: currentSignal() });
    });
    await sleep(0);
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' }); // Node's own AbortError gave way
  });

  test('of another task, awaited here, is a failure here', async () => {
    const other = createTask(forever);
    const task = createTask(async () => {
      await other;
    });
    await sleep(0);
    other.cancel();
    await expect(task).rejects.toThrow(CancelledError);
    expect([task.state, task.cancelled()]).toEqual(['finished', false]);
  });

  test('an AbortError of somebody else is an error like any other', async () => {
    const task = createTask(async () => {
      throw new AbortError('not ours');
    });
    await expect(task).rejects.toThrow('not ours');
    expect(task.cancelled()).toBe(false);
  });
});

describe('what a task began', () => {
  test('ends with it: it is cancelled, and waited for', async () => {
    const log: string[] = [];
    const cleanedUp = new Gate();
    let child: Task<void> | undefined;
    const parent = createTask(async () => {
      child = createTask(async () => {
        try {
          await forever();
        } finally {
          await cleanedUp.promise;
          log.push('child');
        }
      });
      await sleep(0);
      return 'value';
    });
    parent.addDoneCallback(() => {
      log.push('parent');
    });
    await until('the parent to be about to end', () => child?.running() === true);
    await sleep(0);
    expect(log).toEqual([]);
    cleanedUp.open();
    expect(await parent).toBe('value');
    expect(log).toEqual(['child', 'parent']);
    await expect(child).rejects.toMatchObject({ message: 'task "anonymous", which had begun this, has ended' });
  });

  test('is not held up by a group that was forgotten', async () => {
    const { TaskGroup } = await import('./task-group.js');
    const parent = createTask(async () => {
      new TaskGroup().createTask(forever);
      expect(new TaskGroup().name).toBe('anonymous');
      await sleep(0);
      return 1;
    });
    expect(await parent).toBe(1);
  });
});

describe('abort', () => {
  test('waits until the coroutine has given way', async () => {
    let ended = false;
    const task = createTask(async () => {
      await forever().finally(() => {
        ended = true;
      });
    });
    await sleep(0);
    expect(await task.abort('why')).toBe(true);
    expect([ended, task.cancelled()]).toEqual([true, true]);
    await expect(task).rejects.toMatchObject({ cause: 'why' });
    expect(await task.abort()).toBe(true);
  });

  test('of one that has not begun cancels it', async () => {
    const task = createTask(forever);
    expect(await task.abort('why')).toBe(true);
    expect(task.cancelled()).toBe(true);
  });

  test('of one that ends with a value all the same says false', async () => {
    const task = createTask(async () => await forever().catch(() => 1));
    await sleep(0);
    expect(await task.abort()).toBe(false);
    expect(await task).toBe(1);
    expect(await task.abort()).toBe(false);
  });

  test('gives up a coroutine that heeds nothing after the grace, and names it', async () => {
    const warning = nextWarning('HEDDLE_CANCELLATION_IGNORED');
    const gate = new Gate();
    const task = createTask(async function deaf() {
      await gate.promise;
    });
    await sleep(0);
    expect(await task.abort('why', { graceMs: 1 })).toBe(true);
    const error = await failureOf(task);
    expect(isHeddleError(error, 'HEDDLE_ABORTED')).toBe(true);
    expect([error.cause, task.state]).toEqual(['why', 'finished']);
    expect((await warning).message).toMatch(/^task "deaf" still runs 1 ms after it was cancelled, and is left to itself; /);
    const late = nextWarning('HEDDLE_NEVER_RETRIEVED');
    gate.fail(new RangeError('late'));
    expect((await late).message).toBe('task "deaf", which was left to itself, failed');
  });
});

describe('what goes on after the end of a scope', () => {
  test('belongs to what is around it', async () => {
    const emitter = new EventTarget();
    const inner = new Gate<[Task<void>]>();
    const outer = createTask(async () => {
      await createTask(async () => {
        // With the context of the task, as an emitter that keeps it would call it.
        const run = AsyncLocalStorage.snapshot();
        emitter.addEventListener('late', () => {
          run(() => {
            inner.open([createTask(forever)]);
          });
        });
      });
      emitter.dispatchEvent(new Event('late'));
      await sleep(Infinity);
    });
    const [late] = await inner.promise;
    await sleep(0);
    expect(late.running()).toBe(true);
    outer.cancel('why');
    await failureOf(outer);
    await expect(late).rejects.toMatchObject({ cause: 'why' });
  });

  test('stays cancelled, when the scope was', async () => {
    let run = (fn: () => Promise<void>): Promise<void> => fn();
    const task = createTask(async () => {
      run = AsyncLocalStorage.snapshot();
      await forever();
    });
    await sleep(0);
    task.cancel('why');
    await failureOf(task);
    await expect(run(() => sleep(0))).rejects.toMatchObject({ cause: 'why' });
  });
});
