/**
 * Whole programs, run by plain node: how they end, and what they leave.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { runProgram, startProgram } from './test-support/program.js';

describe('a program that ends without shutdown', () => {
  test('idle workers do not keep it, and its work is done', async () => {
    expect(await runProgram('noShutdown')).toEqual({ code: 0, signal: null, stdout: '42\n', stderr: '' });
  });

  test('pending tasks keep it until they are done, though nobody awaits them', async () => {
    expect(await runProgram('pendingAtTheEnd')).toEqual({
      code: 0,
      signal: null,
      stdout: 'end of the program\n0 1 2 3 4 5 6 7 8 9\n',
      stderr: '',
    });
  });

  test('a failure that nobody reads changes neither the exit code nor anything else', async () => {
    const { code, signal, stdout } = await runProgram('unreadFailure');
    expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: 'end\n' });
  });

  test('process.exit() ends it at once, with its code, whatever runs', async () => {
    expect(await runProgram('exitWhileRunning')).toEqual({ code: 3, signal: null, stdout: 'running\n', stderr: '' });
  });

  test('an uncaught exception ends it as ever', async () => {
    const { code, stderr } = await runProgram('throwWhileRunning');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error: the program itself failed/);
  });

  test('an executor that was dropped finishes its work, and its workers go', async () => {
    expect(await runProgram('dropped', ['--expose-gc'])).toEqual({
      code: 0,
      signal: null,
      stdout: 'done: 0,1,2,3,4,5,6,7,8,9\nworkers: 0\n',
      stderr: '',
    });
  });

  test('an executor that was dropped while tasks run is not ended before them', async () => {
    expect(await runProgram('droppedWhileRunning', ['--expose-gc'])).toEqual({
      code: 0,
      signal: null,
      stdout: 'result: 7\nworkers: 0\n',
      stderr: '',
    });
  });

  test('kill -9 leaves nothing: workers are threads of the process', async () => {
    const program = startProgram('runForever');
    expect(await program.line('running')).toBe(true);
    const { pid } = program.child;
    program.child.kill('SIGKILL');
    expect(await program.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(() => process.kill(pid!, 0)).toThrow(/ESRCH/);
  });

  test('Ctrl-C keeps its default action', async () => {
    const program = startProgram('runForever');
    expect(await program.line('running')).toBe(true);
    program.child.kill('SIGINT');
    expect(await program.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  });
});

describe('HEDDLE_EXECUTOR=inline', () => {
  test('every task runs in the caller, without a thread', async () => {
    const { code, stdout } = await runProgram('whereItRuns', [], { HEDDLE_EXECUTOR: 'inline' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'main thread: true\nsum: 6\nworkers: 0\n' });
  });

  test('without it they do not', async () => {
    const { code, stdout } = await runProgram('whereItRuns');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'main thread: false\nsum: 6\nworkers: 1\n' });
  });
});

describe('stack traces', () => {
  test("the task's frame in the user's file, then the caller's at submit", async () => {
    const { stdout } = await runProgram('stack');
    const { line } = JSON.parse(stdout.split('\n')[0]!) as { line: number };
    const lines = stdout.split('\n').slice(1);
    expect(lines[0]).toBe('RangeError: wrong');
    expect(lines[1]).toMatch(new RegExp(`at failing \\(.*programs\\.mjs:${String(line)}:\\d+\\)`));
    const submitted = lines.indexOf('    --- submitted ---');
    expect(submitted).toBeGreaterThan(1);
    expect(lines[submitted + 1]).toMatch(new RegExp(`at submitHere \\(.*programs\\.mjs:${String(line + 2)}:\\d+\\)`));
    expect(stdout).not.toMatch(/packages\/(engine|futures|threads)\/(src|dist)/);
  });

  test('of a task by reference', async () => {
    const { stdout } = await runProgram('stackOfReference');
    expect(stdout).toMatch(/^RangeError: by reference\n +at throwHere \(.*tasks\.mjs:9:\d+\)\n[^]*--- submitted ---\n +at .*programs\.mjs/);
    expect(stdout).not.toMatch(/packages\/(engine|futures|threads)\/(src|dist)/);
  });

  test('a burst of submits shares a site, and says so; the first ones are exact', async () => {
    const { stdout } = await runProgram('stackOfBurst');
    const [first, last] = JSON.parse(stdout) as [string, string];
    expect(first).toMatch(/--- submitted ---/);
    expect(last).toMatch(/--- submitted \(by this or another submit of the same tick\) ---\n +at .*programs\.mjs/);
  });
});

describe('a breakpoint in the module of a task', () => {
  test('stops the worker there, and the task goes on', async () => {
    expect(await runProgram('breakpoint')).toEqual({
      code: 0,
      signal: null,
      stdout: 'add at tasks.mjs:4, running\nresult: 5\n',
      stderr: '',
    });
  });
});

describe('no file left for the first worker (ulimit -n)', () => {
  test.each([
    [['a while'], 'b open\n'],
    [['ever'], 'HEDDLE_BROKEN_THREAD_POOL true broken\n'],
    // Only the event loop tells why a thread did not start.
    [['ever', 'blocking'], 'HEDDLE_BROKEN_THREAD_POOL false broken\n'],
  ])('for %j', async (args, stdout) => {
    const { spawn } = await import('node:child_process');
    const { fileURLToPath } = await import('node:url');
    const program = fileURLToPath(new URL('../fixtures/programs.mjs', import.meta.url));
    // Node opens many of the program's modules at a time; the program then takes what is left.
    const child = spawn('/bin/sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, program, 'noFiles', ...args], {
      timeout: 50_000,
      killSignal: 'SIGKILL',
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, printed }).toEqual({ code: 0, printed: stdout });
  });
});
