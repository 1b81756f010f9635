/**
 * Whole programs, run by plain node: what becomes of a service when it is told to stop, or ends by itself.
 *
 * @workers
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor } from '@heddle/futures';
import { runService, type Service } from '@heddle/processes';
import { type Ending, type Program, startProgram, until, Warnings } from '@heddle/testkit/support';

const module = new URL('../../fixtures/service-programs.mjs', import.meta.url);

const start = (name: string, ...args: string[]): Program => startProgram(module, [name, ...args]);

/** Starts a program, and sends it a signal when it has printed a line. */
async function stopped(name: string, line: string, signal: NodeJS.Signals = 'SIGTERM', ...args: string[]): Promise<Ending> {
  const program = start(name, ...args);
  await program.line(line);
  program.child.kill(signal);
  return program.ended;
}

/** Stops a program whose task runs, and only then lets the task end. */
async function stoppedThenOpened(name: string): Promise<Ending> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-service-'));
  try {
    const gate = join(folder, 'gate');
    const program = start(name, gate);
    await program.line('task runs');
    program.child.kill('SIGTERM');
    await program.line('told');
    writeFileSync(gate, '');
    return await program.ended;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How the service in a program ended, which it prints on its last line; and the lines before. */
function told({ stdout }: Ending): { outcome: unknown; lines: string[] } {
  const lines = stdout.trimEnd().split('\n');
  return { outcome: JSON.parse(lines.pop() ?? '') as unknown, lines };
}

const gracefully = (signal: NodeJS.Signals) => ({ reason: 'stopped', signal, exitCode: 0, handlers: 0 });

describe('a graceful stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s: the signal aborts, main returns, exit code 0; no handler is left', async (signal) => {
    const ending = await stopped('waits', 'up', signal);
    expect(ending).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(told(ending)).toEqual({ outcome: gracefully(signal), lines: ['up', `told: ${signal}`] });
  });

  test('running tasks are told, waiting ones cancelled; main can still use the executor to clean up', async () => {
    const ending = await stopped('works', 'task runs');
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    const { outcome, lines } = told(ending);
    expect(outcome).toEqual(gracefully('SIGTERM'));
    expect(lines.sort()).toEqual(['late: done', 'task runs', 'task told: SIGTERM', 'waiting: HEDDLE_CANCELLED']);
  });

  test('what the abort makes of the things that main awaits is no failure of main', async () => {
    const ending = await stopped('gives', 'up');
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(told(ending).outcome).toEqual(gracefully('SIGTERM'));
  });

  test('a task that never looks at its signal is waited for, and keeps its value', async () => {
    const ending = await stoppedThenOpened('finishes');
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(told(ending)).toEqual({ outcome: gracefully('SIGTERM'), lines: ['task runs', 'told', 'its value'] });
  });

  test('tasks on InlineExecutor are told as well', async () => {
    const ending = await stopped('inline', 'up');
    expect(told(ending)).toEqual({ outcome: gracefully('SIGTERM'), lines: ['up', 'SIGTERM'] });
  });

  test('workers that were killed meanwhile are no obstacle', async () => {
    const ending = await stopped('killed', 'up');
    expect(ending).toMatchObject({ code: 0 });
    expect(told(ending).outcome).toEqual(gracefully('SIGTERM'));
  });

  test('nor are executors that were shut down, or broke', async () => {
    const ending = await stopped('without', 'up');
    expect(ending).toMatchObject({ code: 0 });
    expect(told(ending)).toEqual({ outcome: gracefully('SIGTERM'), lines: ['HEDDLE_BROKEN_PROCESS_POOL', 'up'] });
  });

  test('handlers of the program are left alone', async () => {
    const ending = await stopped('shares', 'up');
    expect(ending).toMatchObject({ code: 0 });
    expect(ending.stdout.split('\n')).toEqual(['up', 'mine', JSON.stringify({ ...gracefully('SIGTERM'), handlers: 1 }), 'mine', '']);
  });
});

describe('force', () => {
  test('main never looks at its signal: after stopTimeoutMs the program exits, with 128 + 15', async () => {
    const { code, stdout, stderr } = await stopped('ignores', 'up');
    expect({ code, stdout }).toEqual({ code: 143, stdout: 'up\n' });
    expect(stderr).toMatch(
      /HEDDLE_SERVICE_FORCED.*the service is ended by force: it had not stopped after 50 ms \(stopTimeoutMs\)\nits main function has not returned\n/,
    );
  });

  test('a task in an endless loop', async () => {
    const { code, stderr } = await stopped('loops', 'task runs');
    expect(code).toBe(143);
    expect(stderr).toMatch(/\nProcessPoolExecutor runs 1 task\n/);
  });

  test('a second Ctrl-C forces at once, with 128 + 2', async () => {
    const program = start('lingers');
    await program.line('up');
    program.child.kill('SIGINT');
    await program.line('told');
    program.child.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/SIGINT came while it was stopping/);
  });

  test('a thread in a call that never returns does not keep the program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-service-'));
    try {
      const fifo = join(folder, 'fifo');
      execFileSync('mkfifo', [fifo]);
      const { code, signal, stderr } = await stopped('blocked', 'up', 'SIGTERM', fifo);
      expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
      expect(stderr).toMatch(/HEDDLE_SERVICE_FORCED/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('main ends by itself', () => {
  test('it returns: the tasks it has submitted are finished, and the service ends', async () => {
    const ending = await start('returns').ended;
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(told(ending)).toEqual({ outcome: { reason: 'returned', exitCode: 0, handlers: 0 }, lines: ['task 1', 'task 2', 'task 3'] });
  });

  test('SIGTERM while they are being finished stops them', async () => {
    const ending = await stopped('returned', 'task runs');
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(told(ending)).toEqual({ outcome: gracefully('SIGTERM'), lines: ['task runs', 'task told: SIGTERM'] });
  });

  test('of tasks that were submitted past the service, those that run are waited for, and the others cancelled', async () => {
    const ending = await stoppedThenOpened('past');
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(told(ending)).toEqual({
      outcome: gracefully('SIGTERM'),
      lines: ['task runs', 'told', 'waiting: cancelled', 'running: finished'],
    });
  });

  test('it throws: that is reported, everything is stopped, exit code 1', async () => {
    const ending = await start('throws').ended;
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(
      /HEDDLE_SERVICE_FAILED.*the main function of the service threw: the service stops\nError: no such table\n +at /,
    );
    expect(told(ending)).toEqual({
      outcome: { reason: 'failed', error: 'no such table', exitCode: 1, handlers: 0 },
      lines: ['task runs', 'task told: a typing error'],
    });
  });

  test('it throws for a reason of its own while it stops: exit code 1', async () => {
    const ending = await stopped('fails', 'up');
    expect(ending.code).toBe(1);
    expect(told(ending).outcome).toEqual({ reason: 'failed', signal: 'SIGTERM', error: 'the disk is full', exitCode: 1, handlers: 0 });
  });

  test('it throws, and a task never ends: after stopTimeoutMs the program exits with 1', async () => {
    const { code, stderr } = await start('throwsAndLoops').ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/HEDDLE_SERVICE_FAILED[^]*HEDDLE_SERVICE_FORCED/);
  });
});

describe('wrong calls, and rare ones', () => {
  test('a second service while one runs; afterwards there can be another', async () => {
    const { code, stdout } = await start('twice').ended;
    expect({ code, stdout: stdout.split('\n') }).toEqual({
      code: 0,
      stdout: [
        'InvalidStateError HEDDLE_INVALID_STATE: runService: a service runs in this program already; await it before another one',
        'stopped',
        'returned',
        '',
      ],
    });
  });

  test('in a worker thread, where no signals arrive', async () => {
    const program = `import('@heddle/processes').then(({ runService }) => runService(() => 1)).catch(({ code, message }) => {
      require('node:worker_threads').parentPort.postMessage(code + ': ' + message);
    })`;
    const worker = new Worker(program, { eval: true });
    const [message] = (await once(worker, 'message')) as [string];
    await worker.terminate();
    expect(message).toBe(
      'HEDDLE_INVALID_STATE: runService: signals reach the main thread only; call it there, and let threads do the work',
    );
  });

  test.each([
    [undefined, {}, /^runService: main must be a function, got undefined$/],
    [{ main: () => undefined }, {}, /^runService: main must be a function, got an object$/],
    [() => undefined, { stopTimeoutMs: '5 s' }, /^runService: stopTimeoutMs must be a number of milliseconds, got "5 s"$/],
    [() => undefined, { onReload: true }, /^runService: onReload must be a function, got true$/],
    [() => undefined, { stopTimeout: 5 }, /^runService: unknown option "stopTimeout"; did you mean "stopTimeoutMs"\?$/],
    [() => undefined, [], /^runService: options must be an object, got an array of 0$/],
  ])('main %p with options %p is a TypeError', async (main, options, message) => {
    await expect(runService(main as never, options as never)).rejects.toThrow(message);
    await expect(runService(main as never, options as never)).rejects.toBeInstanceOf(TypeError);
  });

  test.each(['stopTimeoutMs', 'busyTimeoutMs'])('%s negative or NaN is a RangeError', async (name) => {
    for (const value of [-1, NaN]) {
      const call = runService(() => undefined, { [name]: value });
      await expect(call).rejects.toThrow(`runService: ${name} must be 0 or more milliseconds, got ${String(value)}`);
      await expect(call).rejects.toBeInstanceOf(RangeError);
    }
  });

  test('a service that was refused did not begin', async () => {
    let runs = 0;
    await expect(
      runService(
        () => {
          runs += 1;
        },
        { stopTimeoutMs: -1 },
      ),
    ).rejects.toThrow();
    expect(runs).toBe(0);
    expect(
      await runService(() => {
        runs += 1;
      }),
    ).toEqual({ reason: 'returned', exitCode: 0 });
    expect(runs).toBe(1);
  });

  test('an error that nobody looks at is reported, in the care of a service as well', async () => {
    const warnings = new Warnings();
    try {
      await runService(async ({ use }) => {
        void use(new InlineExecutor()).submit(() => {
          throw new Error('overlooked');
        });
        await until('the report', () => {
          globalThis.gc?.();
          return warnings.all.some((each) => each.startsWith('HEDDLE_NEVER_RETRIEVED'));
        });
      });
    } finally {
      warnings.stop();
    }
  });

  test('use: the same executor twice is the same; so is what use returned', async () => {
    await runService(({ use }) => {
      const executor = new InlineExecutor();
      const mine = use(executor);
      expect([use(executor), use(mine)]).toEqual([mine, mine]);
      expect(mine.parallelism).toBe(executor.parallelism);
    });
  });

  test('use: what is no executor; use after main has ended', async () => {
    let use: Service['use'] | undefined;
    const { error } = await runService((service) => {
      use = service.use;
      expect(() => service.use({ submit: () => undefined } as never)).toThrow(new TypeError('use: it must be an executor, got an object'));
      expect(() => service.use(undefined as never)).toThrow(new TypeError('use: it must be an executor, got undefined'));
    });
    expect(error).toBeUndefined();
    expect(() => use?.(new InlineExecutor())).toThrow(expect.objectContaining({ code: 'HEDDLE_INVALID_STATE' }));
  });
});
