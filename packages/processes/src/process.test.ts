/**
 * Process by its methods, one after the other, misuse included.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { Process, activeChildren, currentProcess } from '@heddle/processes';
import { failureOf, until } from '@heddle/testkit/support';
import { expectStderr, uncaught } from './test-support/expect-stderr.js';
import { leavingNothing } from './test-support/leaving-nothing.js';
import { isAlive } from './test-support/with-pool.js';

const invalidState = { code: 'HEDDLE_INVALID_STATE' };

/** Runs until it is ended. */
const waitsForever = async (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 2 ** 30);
  });

describe('a process from start to end', () => {
  test(
    'runs its target with its arguments, and returns what that returned',
    leavingNothing(async () => {
      const child = new Process({
        target: (a: number, b: { c: string }) => ({ sum: `${String(a)}${b.c}`, pid: process.pid }),
        args: [1, { c: 'x' }],
      });
      expect([child.pid, child.exitCode, child.isAlive(), child.daemon]).toEqual([undefined, undefined, false, false]);
      child.start();
      const { pid } = child;
      expect(child.isAlive()).toBe(true);
      expect(child.exitCode).toBeUndefined();
      expect(await child.result()).toEqual({ sum: '1x', pid });
      expect(await child.join()).toBe(true);
      expect([child.pid, child.exitCode, child.isAlive()]).toEqual([pid, 0, false]);
      expect(isAlive(pid ?? 0)).toBe(false);
      expect(await child.result()).toEqual({ sum: '1x', pid });
      expect(await child.join()).toBe(true);
    }),
  );

  test(
    'an asynchronous target is awaited, and what it left to do is done before the process ends',
    leavingNothing(async () => {
      const child = new Process({
        target: async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          setTimeout(() => {
            process.exitCode = 7;
          }, 5);
          return 'soon';
        },
      });
      child.start();
      expect(await child.result()).toBe('soon');
      await child.join();
      expect(child.exitCode).toBe(7);
    }),
  );

  test('names are numbered, or given', () => {
    const [first, second] = [new Process({ target: waitsForever }), new Process({ target: waitsForever })];
    const number = Number(/^Process-(\d+)$/.exec(first.name)?.[1]);
    expect(second.name).toBe(`Process-${String(number + 1)}`);
    expect(new Process({ target: waitsForever, name: 'Jacquard' }).name).toBe('Jacquard');
  });

  test(
    'activeChildren(): started and not ended',
    leavingNothing(async () => {
      const [a, b] = [new Process({ target: waitsForever }), new Process({ target: waitsForever })];
      expect(activeChildren()).toEqual([]);
      a.start();
      b.start();
      expect(new Set(activeChildren())).toEqual(new Set([a, b]));
      a.kill();
      await a.join();
      expect(activeChildren()).toEqual([b]);
      b.kill();
      await b.join();
      expect(activeChildren()).toEqual([]);
    }),
  );

  test(
    'join(timeoutMs): false, and it goes on',
    leavingNothing(async () => {
      const child = new Process({ target: waitsForever });
      child.start();
      expect(await child.join(20)).toBe(false);
      expect(await child.join(0)).toBe(false);
      expect(child.isAlive()).toBe(true);
      expect(await failureOf(child.result(20))).toMatchObject({
        code: 'HEDDLE_TIMEOUT',
        message: `process ${child.name} has not returned within 20 ms; it runs on`,
      });
      child.terminate();
      expect(await child.join(Infinity)).toBe(true);
    }),
  );

  test(
    'large and binary arguments and results',
    leavingNothing(async () => {
      const bytes = new Uint8Array(3_000_000).fill(7);
      const child = new Process({
        target: (given: Uint8Array) => ({ length: given.length, bytes: given.map((each) => each + 1) }),
        args: [bytes],
      });
      child.start();
      bytes.fill(0); // too late to show
      const { length, bytes: back } = await child.result();
      expect([length, back.length, back[0], back.at(-1)]).toEqual([3_000_000, 3_000_000, 8, 8]);
      await child.join();
    }),
  );
});

describe('how it ended', () => {
  test.each<[what: string, target: () => unknown, exitCode: number]>([
    ['process.exit(0)', () => process.exit(0), 0],
    ['process.exit(3)', () => process.exit(3), 3],
    [
      'kill -9 of itself',
      () => {
        process.kill(process.pid, 'SIGKILL');
      },
      -9,
    ],
    [
      'SIGSEGV',
      () => {
        process.kill(process.pid, 'SIGSEGV');
      },
      -11,
    ],
    ['waiting for what can never happen', async () => new Promise(() => undefined), 13],
  ])('%s', (_what, target, exitCode) =>
    leavingNothing(async () => {
      const child = new Process({ target });
      child.start();
      const error = await failureOf(child.result());
      await child.join();
      expect(child.exitCode).toBe(exitCode);
      const how = exitCode < 0 ? { exitCode: undefined, signal: exitCode === -9 ? 'SIGKILL' : 'SIGSEGV' } : { exitCode, signal: undefined };
      expect(error).toMatchObject({ code: 'HEDDLE_WORKER_DIED', workerName: child.name, pid: child.pid, ...how });
      expect(error.message).toMatch(/before its target returned/);
    })(),
  );

  test.each([
    ['terminate', -15],
    ['kill', -9],
  ] as const)('%s(): %d', (method, exitCode) =>
    leavingNothing(async () => {
      const child = new Process({ target: waitsForever });
      child.start();
      child[method]();
      await child.join();
      expect(child.exitCode).toBe(exitCode);
      child[method](); // nobody is there any more
    })(),
  );

  test(
    'kill(): also of one in an endless loop, and with what it started',
    leavingNothing(async () => {
      const child = new Process({
        target: async () => {
          const { spawn } = await import('node:child_process');
          const started = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore', detached: true });
          setTimeout(() => {
            for (;;);
          }, 0);
          return started.pid ?? 0;
        },
      });
      child.start();
      const started = await child.result();
      expect(isAlive(started)).toBe(true);
      child.kill();
      await child.join();
      await until('what it started to be gone', () => !isAlive(started));
    }),
  );

  test(
    'kill -9 from outside',
    leavingNothing(async () => {
      const child = new Process({ target: waitsForever });
      child.start();
      process.kill(child.pid ?? 0, 'SIGKILL');
      expect(await failureOf(child.result())).toMatchObject({ code: 'HEDDLE_WORKER_DIED', signal: 'SIGKILL' });
      await child.join();
      expect(child.exitCode).toBe(-9);
    }),
  );

  test(
    'an exception: result() rejects with it, its class, fields and stack; exit code 1',
    leavingNothing(async () => {
      const child = new Process({
        target: () => {
          throw Object.assign(new RangeError('too far'), { by: 3, cause: new Error('why') });
        },
      });
      child.start();
      const error = await failureOf(child.result());
      expect(error).toMatchObject({ name: 'RangeError', message: 'too far', by: 3, cause: { message: 'why' } });
      expect(error.stack).toMatch(/process\.test\.ts/);
      expect(error.stack).not.toMatch(/process\.[cm]js/);
      await child.join();
      expect(child.exitCode).toBe(1);
    }),
  );

  test.each([undefined, null, 0, 'a text'])('a thrown %p arrives as it is', (thrown) =>
    leavingNothing(async () => {
      const child = new Process({
        target: (value: unknown) => {
          throw value;
        },
        args: [thrown],
      });
      child.start();
      const [outcome] = await Promise.allSettled([child.result()]);
      expect(outcome).toEqual({ status: 'rejected', reason: thrown });
      await child.join();
    })(),
  );

  test(
    'an uncaught exception before the target returned is its error',
    leavingNothing(async () => {
      const child = new Process({
        target: async () =>
          new Promise(() => {
            setImmediate(() => {
              throw new TypeError('from a callback');
            });
          }),
      });
      await expectStderr(uncaught('TypeError: from a callback'), async () => {
        child.start();
        expect(await failureOf(child.result())).toMatchObject({ name: 'TypeError', message: 'from a callback' });
        await child.join();
        expect(child.exitCode).toBe(1);
      });
    }),
  );

  test(
    'a result that cannot travel is refused with its path',
    leavingNothing(async () => {
      const child = new Process({ target: () => ({ deep: [() => 1] }) });
      child.start();
      expect(await failureOf(child.result())).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'result.deep[0]' });
      await child.join();
      expect(child.exitCode).toBe(1);
    }),
  );

  test(
    'a process that closes its channel is ended, with the reason',
    leavingNothing(async () => {
      const child = new Process({
        target: async () => {
          const { closeSync } = await import('node:fs');
          closeSync(4);
          return new Promise((resolve) => {
            setTimeout(resolve, 2 ** 30);
          });
        },
      });
      child.start();
      expect(await failureOf(child.result())).toMatchObject({
        code: 'HEDDLE_WORKER_DIED',
        message: expect.stringMatching(/closed its channel/) as unknown,
      });
      await child.join();
    }),
  );
});

describe('misuse', () => {
  test('before start: join, result, terminate and kill say so', async () => {
    const child = new Process({ target: waitsForever });
    expect(await failureOf(child.join())).toMatchObject(invalidState);
    expect(await failureOf(child.result())).toMatchObject({
      ...invalidState,
      message: `result: process ${child.name} was not started; call start() first`,
    });
    expect(() => {
      child.terminate();
    }).toThrow(expect.objectContaining(invalidState));
    expect(() => {
      child.kill();
    }).toThrow(expect.objectContaining(invalidState));
  });

  test(
    'starting twice, while it runs and afterwards',
    leavingNothing(async () => {
      const child = new Process({ target: () => 1 });
      child.start();
      expect(() => {
        child.start();
      }).toThrow(/cannot start a process twice/);
      await child.join();
      expect(() => {
        child.start();
      }).toThrow(expect.objectContaining(invalidState));
    }),
  );

  test(
    'joining oneself',
    leavingNothing(async () => {
      expect(await failureOf(currentProcess().join())).toMatchObject(invalidState);
      const child = new Process({
        target: async () => {
          const { currentProcess: current } = await import('@heddle/processes');
          return current()
            .join()
            .catch((error: unknown) => (error as Error).message);
        },
      });
      child.start();
      expect(await child.result()).toMatch(/cannot join the current process/);
      await child.join();
    }),
  );

  test(
    'close(): not while it runs; afterwards everything but its name is an error',
    leavingNothing(async () => {
      const child = new Process({ target: waitsForever, name: 'Warp' });
      child.start();
      expect(() => {
        child.close();
      }).toThrow(/cannot close process Warp while it is still running/);
      child.kill();
      await child.join();
      child.close();
      child.close();
      expect(child.name).toBe('Warp');
      for (const use of [
        () => child.pid,
        () => child.exitCode,
        () => child.isAlive(),
        () => {
          child.start();
        },
        () => {
          child.kill();
        },
        () => {
          child.terminate();
        },
      ]) {
        expect(use).toThrow(expect.objectContaining({ ...invalidState, message: 'process Warp is closed' }));
      }
      expect(await failureOf(child.join())).toMatchObject(invalidState);
      expect(await failureOf(child.result())).toMatchObject(invalidState);
    }),
  );

  test.each<[options: unknown, error: RegExp]>([
    [undefined, /Process: target must be a function, got undefined/],
    [{}, /Process: target must be a function, got undefined/],
    [{ target: 'f' }, /Process: target must be a function, got "f"/],
    [{ target: waitsForever, args: 1 }, /Process: args must be an array, got 1/],
    [{ target: waitsForever, name: 1 }, /Process: name must be a string, got 1/],
    [{ target: waitsForever, daemon: 1 }, /Process: daemon must be a boolean, got 1/],
    [{ target: waitsForever, deamon: true }, /unknown option "deamon"; did you mean "daemon"\?/],
    [3, /options must be an object/],
  ])('%j', (options, error) => {
    expect(() => new Process(options as never)).toThrow(error);
    expect(() => new Process(options as never)).toThrow(TypeError);
  });

  test(
    'bad timeouts',
    leavingNothing(async () => {
      const child = new Process({ target: waitsForever });
      child.start();
      for (const timeoutMs of [NaN, -1]) {
        expect(await failureOf(child.join(timeoutMs))).toBeInstanceOf(RangeError);
        expect(await failureOf(child.result(timeoutMs))).toBeInstanceOf(RangeError);
      }
      expect(await failureOf(child.join('5' as never))).toBeInstanceOf(TypeError);
      child.kill();
      await child.join();
    }),
  );

  test('what cannot travel is refused at start, which may be tried again', () => {
    const ports = new WeakMap();
    const captures = new Process({ target: () => ports });
    expect(() => {
      captures.start();
    }).toThrow(
      expect.objectContaining({
        code: 'HEDDLE_SERIALIZATION',
        message: expect.stringMatching(/^captured "ports" .*a WeakMap can't travel/) as unknown,
      }),
    );
    const child = new Process({ target: (each: unknown) => each, args: [{ a: [Symbol('x')] }] });
    for (let i = 0; i < 2; i++)
      expect(() => {
        child.start();
      }).toThrow(expect.objectContaining({ code: 'HEDDLE_SERIALIZATION', path: 'args[0].a[0]' }));
    expect([child.isAlive(), activeChildren()]).toEqual([false, []]);
  });
});
