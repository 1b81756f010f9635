/**
 * asyncio.run and Runner: what CPython's test_runners says of them, as behaviour; signals with programs of their own.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { background, createTask, run, Runner, sleep, type Task } from '@heddle/coroutines';
import { InvalidStateError } from '@heddle/futures';
import { failureOf, hostProcess, startProgram } from '@heddle/testkit/support';
import { timersLeftBy } from '../test-support/leftovers.js';

const programs = new URL('../../fixtures/programs.mjs', import.meta.url);
const forever = async (): Promise<void> => {
  await sleep(Infinity);
};

describe('run', () => {
  test('gives what main returns, or its error', async () => {
    const value: number = await run(async () => {
      await sleep(0);
      return 1;
    });
    expect(value).toBe(1);
    await expect(
      run(() => {
        throw new RangeError('x');
      }),
    ).rejects.toThrow(RangeError);
  });

  test('what main began has ended when it has', async () => {
    let child: Task<void> | undefined;
    await run(async () => {
      child = createTask(forever);
      await sleep(0);
    });
    expect(child?.cancelled()).toBe(true);
  });

  test('leaves neither a timer nor a listener', async () => {
    const before = hostProcess.listenerCount('SIGINT');
    expect(
      await timersLeftBy(async () => {
        await run(
          async () => {
            expect(hostProcess.listenerCount('SIGINT')).toBe(before);
            await sleep(0);
          },
          { signals: [] },
        );
        await failureOf(
          run(() => {
            throw new Error('x');
          }),
        );
      }),
    ).toBe(0);
    expect(hostProcess.listenerCount('SIGINT')).toBe(before);
  });

  test.each([[undefined], [Promise.resolve()], [5]])('%p is no main', async (wrong) => {
    await expect(run(wrong as never)).rejects.toThrow(/^run: a function is needed, got /);
  });

  test.each([
    [{ signals: 'SIGINT' }, TypeError],
    [{ graceMs: -1 }, RangeError],
    [{ debug: true }, TypeError],
  ])('options %p', async (options, type) => {
    await expect(run(() => 1, options as never)).rejects.toThrow(type);
  });
});

describe('Runner', () => {
  test('runs one main after the other', async () => {
    await using runner = new Runner();
    expect(await runner.run((a: number, b: number) => a + b, 1, 2)).toBe(3);
    await failureOf(
      runner.run(() => {
        throw new Error('x');
      }),
    );
    expect(await runner.run(() => 4)).toBe(4);
  });

  test('refuses a second main beside the first, and any when it is closed', async () => {
    const runner = new Runner();
    const first = runner.run(() => sleep(1));
    await expect(runner.run(() => 1)).rejects.toThrow(InvalidStateError);
    await expect(runner.run(() => 1)).rejects.toThrow('run: another main runs on this Runner');
    await first;
    await runner[Symbol.asyncDispose]();
    await runner[Symbol.asyncDispose]();
    await expect(runner.run(() => 1)).rejects.toThrow('run: this Runner is closed; make another');
  });

  test('closing it cancels the main that runs, and waits for it', async () => {
    const log: string[] = [];
    const runner = new Runner();
    const running = failureOf(
      runner.run(async () => {
        await forever().finally(() => log.push('main'));
      }),
    );
    await sleep(0);
    await runner[Symbol.asyncDispose]();
    expect(log).toEqual(['main']);
    expect(await running).toMatchObject({ code: 'HEDDLE_CANCELLED', message: 'the Runner was closed' });
    await expect(runner.run(() => 1)).rejects.toThrow('is closed');
  });

  test('one that is forgotten in a task holds nobody up', async () => {
    expect(await createTask(() => [new Runner()].length)).toBe(1);
  });
});

describe('Ctrl-C', () => {
  test('cancels main, which cleans up; then the signal ends the program', async () => {
    const program = startProgram(programs, ['cleansUp']);
    expect(await program.line('running')).toBe(true);
    program.child.kill('SIGINT');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGINT', stdout: 'running\ntrue SIGINT\ncleaned up\n', stderr: '' });
  });

  test('a second time ends it at once, whatever it does', async () => {
    const program = startProgram(programs, ['deaf']);
    expect(await program.line('running')).toBe(true);
    program.child.kill('SIGINT');
    const named = new Promise<void>((resolve) => {
      program.child.stderr?.on('data', (text: string) => {
        if (text.includes('"deaf"')) resolve();
      });
    });
    await named; // it was cancelled, and did not heed it
    program.child.kill('SIGINT');
    const { code, signal, stderr } = await program.ended;
    expect([code, signal]).toEqual([null, 'SIGINT']);
    expect(stderr).toMatch(/\[HEDDLE_CANCELLATION_IGNORED\].*task "deaf" still runs 1 ms after it was cancelled/);
  });

  test('a main that ends well all the same, or fails, has that count', async () => {
    const [well, failing] = [startProgram(programs, ['endsWell']), startProgram(programs, ['failsOnTheWay'])];
    for (const each of [well, failing]) {
      expect(await each.line('running')).toBe(true);
      each.child.kill('SIGINT');
    }
    expect(await well.ended).toEqual({ code: 0, signal: null, stdout: 'running\nvalue\n', stderr: '' });
    const { code, stderr } = await failing.ended;
    expect([code, /RangeError: on the way/.test(stderr)]).toEqual([1, true]);
  });

  test('other signals, when asked for', async () => {
    const program = startProgram(programs, ['terminated']);
    expect(await program.line('running')).toBe(true);
    program.child.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGTERM', stdout: 'running\ncleaned up\n', stderr: '' });
  });

  test('a run within a run answers to the outer one', async () => {
    const program = startProgram(programs, ['nested']);
    expect(await program.line('running')).toBe(true);
    program.child.kill('SIGINT');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGINT', stdout: 'running\nouter cleaned up\n', stderr: '' });
  });

  test('has its default action while no main runs', async () => {
    const program = startProgram(programs, ['between']);
    expect(await program.line('running')).toBe(true);
    program.child.kill('SIGINT');
    expect(await program.ended).toMatchObject({ signal: 'SIGINT' });
  });
});

test('a program waits for its loose tasks, and drains its background', async () => {
  const { code, stdout, stderr } = await startProgram(programs, ['loose']).ended;
  expect([code, stdout]).toEqual([0, 'task\nbackground\ndrained\n']);
  expect(stderr).toMatch(/\[HEDDLE_BACKGROUND_FAILED\].*background task "lost" failed/);
  expect(background.size).toBe(0);
});
