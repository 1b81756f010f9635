/** asyncio.TaskGroup: what CPython's test_taskgroups says of it, as behaviour. */
import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { CancelledError, InvalidStateError, type ExceptionGroup } from '@heddle/futures';
import { failureOf, nextWarning } from '@heddle/testkit/support';
import { groupError } from '../test-support/errors.js';
import { Gate } from '../test-support/gate.js';
import { timersLeftBy } from '../test-support/leftovers.js';
import { sleep } from '../time/sleep.js';
import { createTask } from './create-task.js';
import { TaskGroup } from './task-group.js';
import type { Task } from './task.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const fail = async (error: unknown = new RangeError('failed')): Promise<never> => {
  throw error;
};

/** The classes of the errors of a group. */
const kinds = ({ errors }: ExceptionGroup): string[] => errors.map((error) => (error as Error).name);

describe('TaskGroup.run', () => {
  test('waits for all tasks, and gives what the body returns', async () => {
    const log: string[] = [];
    const value: number = await TaskGroup.run(async (group) => {
      const first = group.createTask(async () => {
        await sleep(1);
        log.push('b');
      });
      group.createTask(async () => {
        await first;
        log.push('a');
      });
      log.push('body');
      return 1;
    });
    expect([value, log]).toEqual([1, ['body', 'b', 'a']]);
  });

  test('without tasks, with a body that is not async', async () => {
    expect(await TaskGroup.run(() => 1)).toBe(1);
    expect(await TaskGroup.run(() => undefined)).toBeUndefined();
  });

  test('tasks are typed, and can be awaited in the body', async () => {
    const sum = await TaskGroup.run(async (group) => {
      const [a, b] = [group.createTask(async (n: number) => n, 1), group.createTask((n: number) => n, 2)];
      return (await a) + (await b);
    });
    expect(sum).toBe(3);
  });

  test('tasks can be added while it runs, by tasks, and while the body is over', async () => {
    const log: number[] = [];
    await TaskGroup.run((group) => {
      const add = async (n: number): Promise<void> => {
        await sleep(0);
        log.push(n);
        if (n < 3) group.createTask(add, n + 1);
      };
      group.createTask(add, 0);
    });
    expect(log).toEqual([0, 1, 2, 3]);
  });

  test('a task that was made in a group that has ended is refused', async () => {
    let group: TaskGroup | undefined;
    await TaskGroup.run(function weave(each) {
      group = each;
    });
    expect(() => group?.createTask(forever)).toThrow(InvalidStateError);
    expect(() => group?.createTask(forever)).toThrow('task group "weave" has ended: no task can be added');
    group?.cancel();
  });
});

describe('when a task fails', () => {
  test('the others are cancelled and waited for, and the group throws its error', async () => {
    const log: string[] = [];
    const error = await groupError(
      TaskGroup.run(async function crawl(group) {
        group.createTask(async () => {
          try {
            await forever();
          } finally {
            log.push('cleaned up');
          }
        });
        group.createTask(fail);
      }),
    );
    expect([kinds(error), log]).toEqual([['RangeError'], ['cleaned up']]);
    expect(error.message).toBe('an error in task group "crawl": RangeError: failed');
  });

  test('the body is cancelled in its wait, and its CancelledError is no error of the group', async () => {
    let thrown: unknown;
    const error = await groupError(
      TaskGroup.run(async (group) => {
        group.createTask(fail);
        try {
          await forever();
        } catch (caught) {
          thrown = caught;
          throw caught;
        }
      }),
    );
    expect(kinds(error)).toEqual(['RangeError']);
    expect(thrown).toBeInstanceOf(CancelledError);
    expect((thrown as CancelledError).cause).toBe(error.errors[0]);
  });

  test('errors in the cleanup of others are kept, in the order in which they happen', async () => {
    const error = await groupError(
      TaskGroup.run(async (group) => {
        group.createTask(async () => {
          await forever().catch(() => fail(new TypeError('cleanup')));
        });
        group.createTask(fail);
        await forever().catch(() => fail(new SyntaxError('body')));
      }),
    );
    expect(kinds(error).sort()).toEqual(['RangeError', 'SyntaxError', 'TypeError']);
    expect(kinds(error)[0]).toBe('RangeError');
    expect(error.message).toMatch(/^3 errors in task group "anonymous": RangeError: failed$/);
  });

  test('what the body returns then is lost', async () => {
    const error = await groupError(
      TaskGroup.run(async (group) => {
        group.createTask(fail);
        await forever().catch(() => undefined);
        return 1;
      }),
    );
    expect(kinds(error)).toEqual(['RangeError']);
  });

  test('tasks that had not begun never do, nor those that are added on', async () => {
    let began = 0;
    const tasks: Task<unknown>[] = [];
    await groupError(
      TaskGroup.run(async (group) => {
        group.createTask(fail);
        await sleep(0).catch(() => undefined);
        tasks.push(
          group.createTask(() => {
            began += 1;
          }),
        );
      }),
    );
    expect([began, tasks[0]?.cancelled()]).toEqual([0, true]);
    await failureOf(tasks[0]!);
  });

  test('falsy errors count', async () => {
    expect((await groupError(TaskGroup.run((group) => void group.createTask(fail, null)))).errors).toEqual([null]);
    expect(
      (
        await groupError(
          TaskGroup.run(() => {
            throw undefined;
          }),
        )
      ).errors,
    ).toEqual([undefined]);
  });

  test('awaiting it elsewhere gives its own error', async () => {
    let task: Task<never> | undefined;
    await groupError(
      TaskGroup.run((group) => {
        task = group.createTask(fail);
      }),
    );
    await expect(task).rejects.toThrow(RangeError);
  });
});

describe('when the body fails', () => {
  test('the tasks are cancelled and waited for', async () => {
    let cancelled = false;
    const error = await groupError(
      TaskGroup.run(async (group) => {
        const task = group.createTask(forever);
        task.addDoneCallback((done) => {
          cancelled = done.cancelled();
        });
        await sleep(0);
        throw new TypeError('body');
      }),
    );
    expect([kinds(error), cancelled]).toEqual([['TypeError'], true]);
  });

  test('errors of tasks come behind it', async () => {
    const error = await groupError(
      TaskGroup.run(async (group) => {
        group.createTask(async () => {
          await forever().catch(() => fail());
        });
        await sleep(0);
        throw new TypeError('body');
      }),
    );
    expect(kinds(error)).toEqual(['TypeError', 'RangeError']);
  });

  test('groups in groups: errors nest as the groups do', async () => {
    const error = await groupError(
      TaskGroup.run((outer) => {
        outer.createTask(async () => {
          await TaskGroup.run((inner) => void inner.createTask(fail, new TypeError('deep')));
        });
        outer.createTask(async () => {
          await forever().catch(() => fail());
        });
      }),
    );
    expect(kinds(error)).toEqual(['ExceptionGroup', 'RangeError']);
    expect(kinds(error.errors[0] as ExceptionGroup)).toEqual(['TypeError']);
    expect((error.subgroup(TypeError)?.errors[0] as ExceptionGroup).errors).toHaveLength(1);
  });
});

describe('cancellation', () => {
  test('of one task is no error, and the others go on', async () => {
    const log = await TaskGroup.run(async (group) => {
      const [a, b] = [
        group.createTask(forever),
        group.createTask(async () => {
          await sleep(1);
          return 'b';
        }),
      ];
      await sleep(0);
      a.cancel();
      return await b;
    });
    expect(log).toBe('b');
  });

  test('of a task by itself, and before it began', async () => {
    await TaskGroup.run((group) => {
      group.createTask(forever).cancel();
    });
    await TaskGroup.run(async (group) => {
      const task: Task<void> = group.createTask(async () => {
        task.cancel();
        await sleep(0);
      });
    });
  });

  test('from around cancels tasks and body, and comes out as CancelledError', async () => {
    const states: string[] = [];
    const task = createTask(async () => {
      await TaskGroup.run(async (group) => {
        for (const each of [group.createTask(forever), group.createTask(forever)]) each.addDoneCallback(({ state }) => states.push(state));
        await forever();
      });
    });
    await sleep(0);
    task.cancel('why');
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    expect([states, task.cancelled()]).toEqual([['cancelled', 'cancelled'], true]);
  });

  test('from around, while the body is over: the end of the group throws', async () => {
    const task = createTask(async () => {
      await TaskGroup.run((group) => void group.createTask(forever));
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect(task.cancelled()).toBe(true);
  });

  test('from around, with an error on the way: the error counts', async () => {
    const task = createTask(async () => {
      await TaskGroup.run(
        (group) =>
          void group.createTask(async () => {
            await forever().catch(() => fail());
          }),
      );
    });
    await sleep(0);
    task.cancel();
    expect(kinds(await groupError(task))).toEqual(['RangeError']);
  });

  test('a group in a cancelled scope does not begin', async () => {
    let began = false;
    const task = createTask(async () => {
      await forever().catch(() => undefined);
      await TaskGroup.run(() => {
        began = true;
      });
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([began, task.cancelled()]).toEqual([false, true]);
  });

  test('by cancel(): tasks and group end, without an error', async () => {
    const tasks: Task<void>[] = [];
    const value = await TaskGroup.run(async (group) => {
      tasks.push(group.createTask(forever), group.createTask(forever));
      await sleep(0);
      group.cancel('enough');
      tasks.push(group.createTask(forever));
      return 'the body was not interrupted';
    });
    expect(value).toBe('the body was not interrupted');
    for (const task of tasks)
      await expect(task).rejects.toMatchObject({ message: 'task group "anonymous" was cancelled', cause: 'enough' });
  });

  test('by cancel() of a task, while the body is over', async () => {
    await TaskGroup.run((group) => {
      group.createTask(forever);
      group.createTask(() => {
        group.cancel();
      });
    });
  });

  test('by cancel() while the body waits: there is no value to give, so it throws', async () => {
    const running = TaskGroup.run(async (group) => {
      group.createTask(() => {
        group.cancel('found');
      });
      await forever();
      return 1;
    });
    await expect(running).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'found' });
  });

  test('by cancel(), with an error in a cleanup: that is thrown', async () => {
    expect(
      kinds(
        await groupError(
          TaskGroup.run(async (group) => {
            group.createTask(async () => {
              await forever().catch(() => fail());
            });
            await sleep(0);
            group.cancel();
          }),
        ),
      ),
    ).toEqual(['RangeError']);
  });

  test('by its signal, which keeps no listener', async () => {
    const controller = new AbortController();
    const running = TaskGroup.run(
      async (group) => {
        group.createTask(forever);
        await sleep(0);
        controller.abort('why');
      },
      { signal: controller.signal },
    );
    await expect(running).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
    const { signal } = new AbortController();
    await TaskGroup.run(() => 1, { signal });
    for (const each of [signal, controller.signal]) expect(getEventListeners(each, 'abort')).toHaveLength(0);
    await expect(TaskGroup.run(() => 1, { signal: AbortSignal.abort('before') })).rejects.toMatchObject({ cause: 'before' });
  });

  test('its own signal aborts with it', async () => {
    const seen = await TaskGroup.run(async (group) => {
      const { signal } = group;
      group.cancel('x');
      return [signal.aborted, (signal.reason as Error).cause, group.signal === signal];
    });
    expect(seen).toEqual([true, 'x', true]);
  });

  test('a task that heeds nothing is named, and waited for', async () => {
    const warning = nextWarning('HEDDLE_CANCELLATION_IGNORED');
    const gate = new Gate();
    let ended = false;
    const running = TaskGroup.run(
      async (group) => {
        group.createTask(async function deaf() {
          await gate.promise;
        });
        group.createTask(async function parent() {
          await group.createTask(async function child() {
            await gate.promise;
          });
        });
        group.createTask(forever);
        await sleep(0);
        throw new RangeError('x');
      },
      { graceMs: 1 },
    ).finally(() => {
      ended = true;
    });
    const { message } = await warning;
    for (const name of ['deaf', 'child']) expect(message).toContain(`task "${name}"`);
    expect(message).toMatch(/still runs 1 ms after it was cancelled, and is waited for; hand currentSignal\(\)/);
    expect(ended).toBe(false);
    gate.open();
    await groupError(running);
  });

  test('leaves no timer when all heed it', async () => {
    expect(
      await timersLeftBy(async () => {
        await groupError(
          TaskGroup.run(async (group) => {
            for (let i = 0; i < 10; i++) group.createTask(() => sleep(60_000));
            await sleep(0);
            throw new Error('x');
          }),
        );
      }),
    ).toBe(0);
  });
});

describe('bad input', () => {
  test.each([[undefined], [{}], [Promise.resolve()]])('%p is no body', async (wrong) => {
    await expect(TaskGroup.run(wrong as never)).rejects.toThrow(/^TaskGroup.run: a function is needed, got /);
  });

  test('a promise is no task, and nothing is left of the try', async () => {
    await TaskGroup.run((group) => {
      expect(() => group.createTask(Promise.resolve() as never)).toThrow(
        /^TaskGroup.createTask: a function is needed, got an instance of Promise; pass the function/,
      );
    });
  });

  test.each([
    [{ graceMs: -1 }, RangeError],
    [{ graceMs: Number.NaN }, RangeError],
    [{ grace: 1 }, TypeError],
    [{ signal: {} }, TypeError],
    [5, TypeError],
  ])('options %p', async (options, type) => {
    expect(() => new TaskGroup(options as never)).toThrow(type);
    await expect(TaskGroup.run(() => 1, options as never)).rejects.toThrow(type);
  });
});
