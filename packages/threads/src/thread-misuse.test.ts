/**
 * Thread misused, and threads that do not come to a good end.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { tasksOf } from '@heddle/serialization';
import { failureOf } from '@heddle/testkit/support';
import { Thread, currentThread, mainThread } from '@heddle/threads';
import { Latch, block } from './test-support/latch.js';
import { leavingNoThread } from './test-support/leaving-no-thread.js';

const invalidState = { name: 'InvalidStateError', code: 'HEDDLE_INVALID_STATE' };
const target = (): number => 1;

describe('starting and joining', () => {
  test(
    'starting twice, while it runs and afterwards',
    leavingNoThread(async () => {
      const thread = new Thread({ target });
      thread.start();
      expect(() => {
        thread.start();
      }).toThrow(
        expect.objectContaining({
          ...invalidState,
          message: `threads can only be started once: ${thread.name} was started already; make a new one`,
        }),
      );
      await thread.join();
      expect(() => {
        thread.start();
      }).toThrow(expect.objectContaining(invalidState));
    }),
  );

  test('join, joinSync and result before start', async () => {
    const thread = new Thread({ target, name: 'early' });
    expect(await failureOf(thread.join())).toMatchObject({
      ...invalidState,
      message: 'join: cannot join thread early before it is started; call start() first',
    });
    expect(() => thread.joinSync()).toThrow(expect.objectContaining(invalidState));
    expect(await failureOf(thread.result())).toMatchObject(invalidState);
    expect([thread.isAlive(), thread.ident]).toEqual([false, undefined]);
  });

  test(
    'joining oneself, awaiting and blocking',
    leavingNoThread(async () => {
      for (const join of [async () => currentThread().join(), async () => currentThread().joinSync()]) {
        expect(await failureOf(join())).toMatchObject({
          ...invalidState,
          message: 'cannot join current thread: MainThread would wait for its own end',
        });
      }
      const thread = new Thread({
        target: async () => {
          const { currentThread: current } = await import('@heddle/threads');
          const message = (error: unknown): string => (error as Error).message;
          return [await current().join().catch(message), await (async () => current().joinSync())().catch(message)];
        },
        name: 'narcissus',
      });
      thread.start();
      const message = 'cannot join current thread: narcissus would wait for its own end';
      expect(await thread.result()).toEqual([message, message]);
    }),
  );

  test(
    'joining the main thread, which ends last',
    leavingNoThread(async () => {
      const main = mainThread();
      const thread = new Thread({ target: async () => main.join() });
      thread.start();
      expect(await failureOf(thread.result())).toMatchObject({
        ...invalidState,
        message: 'cannot join the main thread: it ends last, with the program',
      });
    }),
  );

  test(
    'daemon cannot be set any more once it was started',
    leavingNoThread(async () => {
      const thread = new Thread({ target });
      thread.daemon = true;
      expect(thread.daemon).toBe(true);
      expect(() => {
        thread.daemon = 1 as never;
      }).toThrow(new TypeError('Thread: daemon must be a boolean, got 1'));
      thread.start();
      expect(() => {
        thread.daemon = false;
      }).toThrow(
        expect.objectContaining({ ...invalidState, message: `cannot set daemon status of active thread: ${thread.name} was started` }),
      );
      await thread.join();
      expect(thread.daemon).toBe(true);
    }),
  );
});

describe('bad options and timeouts', () => {
  test.each<[options: unknown, error: RegExp]>([
    [undefined, /Thread: target must be a function, got undefined/],
    [{}, /Thread: target must be a function, got undefined/],
    [{ target: 'f' }, /Thread: target must be a function, got "f"/],
    [{ target, args: 1 }, /Thread: args must be an array, got 1/],
    [{ target, args: 'ab' }, /Thread: args must be an array, got "ab"/],
    [{ target, name: 1 }, /Thread: name must be a string, got 1/],
    [{ target, daemon: 'no' }, /Thread: daemon must be a boolean, got "no"/],
    [{ target, resourceLimits: 5 }, /Thread: resourceLimits must be an object, got 5/],
    [{ target, deamon: true }, /unknown option "deamon"; did you mean "daemon"\?/],
    [target, /Thread: options must be an object, got function target/],
  ])('%p', (options, error) => {
    expect(() => new Thread(options as never)).toThrow(error);
    expect(() => new Thread(options as never)).toThrow(TypeError);
  });

  test(
    'timeouts',
    leavingNoThread(async () => {
      const latch = new Latch();
      const thread = new Thread({ target: block<number>, args: [latch.words, 1] });
      thread.start();
      for (const timeoutMs of [NaN, -1, -Infinity]) {
        expect(await failureOf(thread.join(timeoutMs))).toBeInstanceOf(RangeError);
        expect(await failureOf(thread.result(timeoutMs))).toBeInstanceOf(RangeError);
        expect(() => thread.joinSync(timeoutMs)).toThrow(
          new RangeError(`Thread.joinSync: timeoutMs must be 0 or more milliseconds, got ${String(timeoutMs)}`),
        );
      }
      expect(await failureOf(thread.join('5' as never))).toBeInstanceOf(TypeError);
      expect(() => thread.joinSync(null as never)).toThrow(TypeError);
      latch.open();
      await thread.join();
    }),
  );
});

describe('what cannot travel', () => {
  test(
    'is refused at start, with the path; it can be started later still',
    leavingNoThread(async () => {
      const ports = new WeakMap();
      const captures = new Thread({ target: () => ports });
      expect(() => {
        captures.start();
      }).toThrow(
        expect.objectContaining({
          code: 'HEDDLE_SERIALIZATION',
          message: expect.stringMatching(/^captured "ports" .*a WeakMap can't travel/) as unknown,
        }),
      );
      const arg: { a: unknown } = { a: Symbol('x') };
      const thread = new Thread({ target: (each: unknown) => each, args: [[arg]] });
      for (let i = 0; i < 2; i++)
        expect(() => {
          thread.start();
        }).toThrow(expect.objectContaining({ code: 'HEDDLE_SERIALIZATION', path: 'args[0][0].a' }));
      expect([thread.isAlive(), captures.isAlive(), thread.ident]).toEqual([false, false, undefined]);
      arg.a = 'x';
      thread.start();
      expect(await thread.result()).toEqual([{ a: 'x' }]);
    }),
  );

  test('a bound function, a function of Node that has no place', () => {
    expect(() => {
      new Thread({ target: target.bind(null) }).start();
    }).toThrow(/function "bound target" can't travel to a worker: it is a bound function/);
  });

  test('a thread that was not started', () => {
    const other = new Thread({ target, name: 'other' });
    const start = (): void => {
      new Thread({ target: (thread: unknown) => thread, args: [other] }).start();
    };
    expect(start).toThrow(
      expect.objectContaining({
        path: 'args[0]',
        cause: expect.objectContaining({ message: 'thread other was not started: start it before other threads are given it' }) as unknown,
      }),
    );
  });

  test(
    'a result that cannot travel',
    leavingNoThread(async () => {
      const thread = new Thread({ target: () => ({ made: [new WeakMap()] }) });
      thread.start();
      expect(await failureOf(thread.result())).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'result.made[0]' });
    }),
  );

  test(
    'a reference that leads nowhere',
    leavingNoThread(async () => {
      const thread = new Thread({ target: tasksOf<{ weave(): void }>(new URL('../fixtures/nowhere.mjs', import.meta.url)).weave });
      thread.start();
      expect(await failureOf(thread.result())).toMatchObject({ code: 'HEDDLE_TASK_NOT_FOUND' });
    }),
  );
});

describe('a thread that dies', () => {
  test.each<[what: string, body: () => unknown, exitCode: number, message: RegExp]>([
    ['process.exit(7)', () => process.exit(7), 7, /ended with exit code 7 before its target returned$/],
    ['process.exit(0)', () => process.exit(0), 0, /ended with exit code 0 before its target returned$/],
    [
      'process.exit() later',
      async () =>
        new Promise(() => {
          setTimeout(() => process.exit(2), 1);
        }),
      2,
      /exit code 2/,
    ],
    [
      'waiting for what can never happen',
      async () => new Promise(() => undefined),
      13,
      /it had nothing left to do, so what its target waits for can never happen$/,
    ],
  ])('%s', (_what, body, exitCode, message) =>
    leavingNoThread(async () => {
      const thread = new Thread({ target: body });
      thread.start();
      const error = await failureOf(thread.result());
      expect(error).toMatchObject({ name: 'WorkerDiedError', code: 'HEDDLE_WORKER_DIED', workerName: thread.name, exitCode });
      expect(error.message).toMatch(message);
      expect([await thread.join(), thread.isAlive()]).toEqual([true, false]);
    })(),
  );

  test(
    'out of memory',
    leavingNoThread(async () => {
      const thread = new Thread({
        target: () => {
          const hoard: unknown[] = [];
          for (;;) hoard.push(Array.from({ length: 1000 }, Math.random));
        },
        resourceLimits: { maxOldGenerationSizeMb: 16 },
      });
      thread.start();
      const error = await failureOf(thread.result());
      expect(error).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } });
      expect(error.message).toMatch(/before its target returned: .*heap out of memory/);
      expect([await thread.join(), thread.isAlive()]).toEqual([true, false]);
    }),
  );

  test(
    'an uncaught exception of a callback, a rejection that nobody handles',
    leavingNoThread(async () => {
      const throws = new Thread({
        target: async () =>
          new Promise(() => {
            setTimeout(() => {
              throw new TypeError('from a timer');
            }, 1);
          }),
      });
      const rejects = new Thread({
        target: async () => {
          void Promise.reject(new TypeError('unhandled'));
          await new Promise((resolve) => setTimeout(resolve, 10_000));
        },
      });
      throws.start();
      rejects.start();
      const [thrown, rejected] = await Promise.all([failureOf(throws.result()), failureOf(rejects.result())]);
      expect([thrown, rejected]).toEqual([new TypeError('from a timer'), new TypeError('unhandled')]);
      expect(thrown).toBeInstanceOf(TypeError);
    }),
  );

  test(
    'one that deals with uncaught exceptions itself goes on',
    leavingNoThread(async () => {
      const thread = new Thread({
        target: async () =>
          new Promise((resolve) => {
            process.once('uncaughtException', resolve);
            setTimeout(() => {
              throw new TypeError('from a timer');
            }, 1);
          }),
      });
      thread.start();
      expect(await thread.result()).toEqual(new TypeError('from a timer'));
    }),
  );
});
