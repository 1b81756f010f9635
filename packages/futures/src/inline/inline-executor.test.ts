import { describe, expect, test } from '@jest/globals';
import { currentTask } from '../executor/current-task.js';
import { reported } from '../test-support/observe.js';
import { InlineExecutor } from './inline-executor.js';

describe('InlineExecutor', () => {
  test('a synchronous function has run when submit returns', () => {
    const executor = new InlineExecutor();
    const order: string[] = [];
    const future = executor.submit(() => order.push('task'));
    order.push('after submit');
    expect(order).toEqual(['task', 'after submit']);
    expect(future.state).toBe('finished');
    expect(executor.parallelism).toBe(1);
  });

  test('an async one runs to its first await, then beside the caller', async () => {
    const executor = new InlineExecutor();
    const order: string[] = [];
    const future = executor.submit(async () => {
      order.push('begins');
      await Promise.resolve();
      order.push('ends');
    });
    order.push('after submit');
    expect([future.state, executor.statistics().running]).toEqual(['running', 1]);
    expect(future.cancel()).toBe(false);
    await future;
    expect(order).toEqual(['begins', 'after submit', 'ends']);
  });

  test('arguments and results are the very same objects', async () => {
    const argument = { fn: () => 1 };
    expect(await new InlineExecutor().submit((value: object) => value, argument)).toBe(argument);
  });

  test('closures, methods of instances and native functions run as they are', async () => {
    const executor = new InlineExecutor();
    let count = 0;
    await executor.submit(() => (count += 1));
    expect(count).toBe(1);
    expect(await executor.submit(Math.max, 1, 3, 2)).toBe(3);
  });

  test('a thenable that settles twice, throws, or gives another thenable keeps the rules of promises', async () => {
    const executor = new InlineExecutor();
    const twice = (): PromiseLike<number> =>
      ({
        then: (resolve: (n: number) => void, reject: (e: unknown) => void) => {
          resolve(1);
          resolve(2);
          reject(new Error('late'));
        },
      }) as unknown as PromiseLike<number>;
    const throws = (): PromiseLike<number> => ({
      then: () => {
        throw new RangeError('in then');
      },
    });
    const nested = (): PromiseLike<number> =>
      ({
        then: (resolve: (n: unknown) => void) => {
          resolve(Promise.resolve(7));
        },
      }) as unknown as PromiseLike<number>;
    expect(await executor.submit(twice)).toBe(1);
    await expect(executor.submit(throws)).rejects.toThrow('in then');
    expect(await executor.submit(nested)).toBe(7);
    const getter = (): unknown =>
      Object.defineProperty({}, 'then', {
        get: () => {
          throw new TypeError('getter');
        },
      });
    await expect(executor.submit(getter)).rejects.toThrow('getter');
    expect(executor.statistics()).toMatchObject({ finished: 2, failed: 2, running: 0 });
  });

  test('what nobody can show fails its future like anything else', async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    );
    const future = new InlineExecutor().submit(() => {
      throw hostile;
    });
    expect(future.state).toBe('finished');
    expect(
      await future.then(
        () => false,
        (error: unknown) => error === hostile,
      ),
    ).toBe(true);
  });

  test('abort: a function that never ends is let be, and shutdown does not wait for it', async () => {
    const executor = new InlineExecutor();
    const future = executor.submit(() => new Promise(() => undefined));
    expect(await future.abort('enough', { graceMs: 0 })).toBe(true);
    await expect(future).rejects.toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'enough' });
    await executor.shutdown();
    expect(executor.statistics()).toMatchObject({ running: 0, failed: 1 });
  });

  test('abort: what the function does after its future has failed changes nothing', async () => {
    const executor = new InlineExecutor();
    let end: (value: string) => void = () => undefined;
    const future = executor.submit(() => new Promise<string>((resolve) => (end = resolve)));
    await future.abort('enough', { graceMs: 0 });
    end('late');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await future.exception()).toMatchObject({ code: 'HEDDLE_ABORTED' });
    expect(executor.statistics()).toMatchObject({ finished: 0, failed: 1 });
  });

  test('abort with a TimeoutError for a reason counts as stopped too', async () => {
    const executor = new InlineExecutor();
    const future = executor.with({ timeoutMs: 1 }).submit(async () => {
      const signal = currentTask()?.signal;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
      signal?.throwIfAborted();
    });
    await expect(future).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT', message: 'task "anonymous" ran longer than 1 ms (timeoutMs)' });
  });

  test('the signal is made only for those who ask, and is the same each time', async () => {
    const same = await new InlineExecutor().submit(
      () => currentTask()?.signal === currentTask()?.signal && currentTask()?.signal instanceof AbortSignal,
    );
    expect(same).toBe(true);
  });

  test('a signal given to with() keeps no listener when the task is done', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const executor = new InlineExecutor().with({ signal });
    await Promise.allSettled([
      executor.submit(() => 1),
      executor.submit(async () => {
        throw new Error('x');
      }),
      executor.map((n) => n, [1, 2]).toArray(),
    ]);
    expect(listeners).toBe(0);
  });

  test('onProgress that throws is reported', async () => {
    const executor = new InlineExecutor().with({
      onProgress: () => {
        throw new Error('listener');
      },
    });
    const [warning] = await reported('HEDDLE_CALLBACK_THREW', () => executor.submit(() => currentTask()?.report(1)));
    expect(warning?.message).toContain('onProgress of task "anonymous" threw');
  });

  test('shutdown: a map that was accepted runs to its end, or is cancelled with CancelledError', async () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const executor = new InlineExecutor();
    const results = executor.map(async (n) => n * 2, items);
    await executor.shutdown();
    expect(await results.toArray()).toEqual(items.map((n) => n * 2));
    const other = new InlineExecutor();
    const cut = other.map(async (n) => n * 2, items);
    await other.shutdown({ cancelFutures: true });
    await expect(cut.toArray()).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED' });
    expect(other.statistics()).toMatchObject({ state: 'shutdown', running: 0 });
  });

  test('shutdown is no look at the failures it waits for', async () => {
    const [warning] = await reported('HEDDLE_NEVER_RETRIEVED', async () => {
      const run = async (): Promise<void> => {
        const executor = new InlineExecutor();
        void executor.with({ name: 'unread' }).submit(async () => {
          throw new Error('unread');
        });
        await executor.shutdown();
      };
      await run();
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        globalThis.gc?.();
      }
    });
    expect(warning?.message).toContain('"unread"');
  });

  test('tasks are named after their functions, or as with() says', async () => {
    const executor = new InlineExecutor();
    function resize(): string | undefined {
      return currentTask()?.name;
    }
    expect(await executor.submit(resize)).toBe('resize');
    expect(await executor.submit(() => currentTask()?.name)).toBe('anonymous');
    expect(await executor.with({ name: 'cat.png' }).submit(resize)).toBe('cat.png');
  });
});

describe('InlineExecutor with an initializer', () => {
  test('runs it before the first task, with its arguments', async () => {
    const order: unknown[] = [];
    const executor = new InlineExecutor({
      initializer: (...args: unknown[]) => {
        order.push(...args);
      },
      initargs: ['a', 'b'],
    });
    await executor.submit(() => order.push('task'));
    expect(order).toEqual(['a', 'b', 'task']);
  });

  test('that is asynchronous awaits it: tasks begin when it has ended, in their order', async () => {
    const order: unknown[] = [];
    let end = (): void => undefined;
    const executor = new InlineExecutor({
      initializer: () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }).then(() => {
          order.push('initialized');
        }),
    });
    const futures = [1, 2].map((n) => executor.submit(() => order.push(n)));
    const aborted = executor.submit(() => order.push('aborted'));
    expect(await aborted.abort('not needed', { graceMs: 0 })).toBe(true);
    expect(order).toEqual([]);
    end();
    await Promise.all(futures);
    expect(order).toEqual(['initialized', 1, 2]);
    expect(await executor.submit(() => currentTask()?.name)).toBe('anonymous');
  });

  test.each<[how: string, initializer: () => unknown]>([
    [
      'throws',
      () => {
        throw new RangeError('no database');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('no database'))],
  ])('that %s is broken: each future has its own error, with the cause', async (how, initializer) => {
    const executor = new InlineExecutor({ initializer });
    if (how === 'rejects') {
      const failures = await Promise.all([1, 2].map((n) => executor.submit(() => n).exception()));
      for (const failure of failures) expect(failure).toMatchObject({ code: 'HEDDLE_BROKEN_EXECUTOR', cause: { message: 'no database' } });
      expect(failures[0]).not.toBe(failures[1]);
    }
    expect(() => executor.submit(() => 1)).toThrow(/the task was not accepted: InlineExecutor is broken: RangeError: no database/);
    expect(executor.statistics().state).toBe('broken');
    await executor.shutdown();
  });

  test('checks its options', () => {
    expect(() => new InlineExecutor({ initializer: 1 as never })).toThrow(/initializer/);
    expect(() => new InlineExecutor({ init: 1 } as never)).toThrow(/init/);
  });
});
