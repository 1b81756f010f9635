/**
 * Whole programs of threads, run by plain node: what keeps them alive, what dies with them, what they report.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { startProgram as start, type Ending, type Program } from '@heddle/testkit/support';

const programs = new URL('../fixtures/thread-programs.mjs', import.meta.url);

function startProgram(...args: string[]): Program {
  return start(programs, args);
}

async function outputOf(...args: string[]): Promise<string> {
  const { code, signal, stdout, stderr } = await startProgram(...args).ended;
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  return stdout;
}

describe('what keeps a program alive', () => {
  test('the first program of the note: five threads of one name', async () => {
    const lines = (await outputOf('workers')).split('\n');
    expect(lines[0]).toBe('6 MainThread,worker,worker,worker,worker,worker');
    expect(lines.slice(1).sort()).toEqual(['', '1 MainThread', 'Worker 0', 'Worker 1', 'Worker 2', 'Worker 3', 'Worker 4']);
  });

  test('a thread that is no daemon does', async () => {
    expect(await outputOf('nonDaemonKeepsAlive')).toBe('end of the program\ndone at last\n');
  });

  test('a daemon does not, and dies with it; it can be joined', async () => {
    expect(await outputOf('daemonDies')).toBe('joined: false alive: true\nend of the program\n');
  });

  test('a timer does until it has rung, unless it is a daemon', async () => {
    expect(await outputOf('daemonTimer')).toBe('end of the program\nthe timer rang\n');
  });

  test('who waits for a daemon does', async () => {
    expect(await outputOf('waitsForDaemon')).toBe('woven\nwoven true\n');
  });

  test('a daemon of a thread that has ended lives as long as the program', async () => {
    expect(await outputOf('daemonOfThread')).toBe('MainThread,never ends,inner\ninner went on: true\n');
  });

  test('a thread of a daemon does, when it is none itself; left out, that is inherited', async () => {
    expect(await outputOf('nonDaemonOfDaemon')).toBe('true,true,false\ninner is done\n');
  });

  test('a thread that a task has started does, and outlives its pool', async () => {
    expect(await outputOf('threadOfTask')).toBe('end of the program: MainThread,Mill_0,inner\nthread is done\n');
    expect(await outputOf('threadOfTask', 'shutdown')).toBe('shut down: MainThread,inner\nthread is done\n');
  });
});

describe('what ends a program', () => {
  test('process.exit() waits for no thread', async () => {
    expect(await startProgram('exits').ended).toEqual({ code: 3, signal: null, stdout: '', stderr: '' });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s, though a thread that is no daemon runs', async (signal) => {
    const program = startProgram('runs');
    expect(await program.line('runs')).toBe(true);
    program.child.kill(signal);
    expect(await program.ended).toMatchObject({ code: null, signal });
  });
});

describe('what is reported', () => {
  const report = async (...args: string[]): Promise<Ending> => {
    const ending = await startProgram(...args).ended;
    expect(ending.code).toBe(0);
    return ending;
  };

  test("the thread's name and both stacks, none of them Heddle's own", async () => {
    const { stdout, stderr } = await report('fails');
    expect(stdout).toBe('true\n');
    expect(stderr).toMatch(
      /\[HEDDLE_THREAD_FAILED\] HeddleWarning: Exception in thread Thread-1 \(weave\)\nTypeError: the thread broke\n +at weave \(.*thread-programs\.mjs:\d+:\d+\)\n +--- started ---\n +at Object\.fails \(.*thread-programs\.mjs/,
    );
    expect(stderr).toMatch(/Exception in thread text\na knot\n +--- started ---\n +at Object\.fails \(.*thread-programs\.mjs/);
    expect(stderr).not.toMatch(/packages\/(engine|futures|threads)\/(src|dist)/);
  });

  test('nothing, to who waits for the result, or of process.exit(0)', async () => {
    expect(await outputOf('failsAwaited')).toMatch(
      /^TypeError: the thread broke\n +at target \(.*\n +--- started ---\n +at Object\.failsAwaited/,
    );
  });

  test("in threads of threads: by the main thread's hook", async () => {
    const { stdout, stderr } = await report('nestedFails');
    expect(stdout).toBe('true\n');
    expect(stderr).toMatch(/Exception in thread inner\nTypeError: inner broke\n +at target \(.*\n +--- started ---\n +at target /);
    expect(stderr.match(/inner broke/g)).toHaveLength(1);
    expect(await outputOf('nestedFails', 'hook')).toBe('hook: inner inner broke false true\ntrue\n');
  });
});

test('a program that starts threads as it loads, with targets in that module: refused, rather than endless', async () => {
  const { stdout } = await start(new URL('../fixtures/thread-on-load.mjs', import.meta.url), []).ended;
  expect(stdout).toMatch(
    /^HEDDLE_TASK_NOT_FOUND HEDDLE_INVALID_STATE thread weaver: this module is being loaded by a worker, .* and starts a thread as it loads: /,
  );
});

test('a worker that Heddle did not start is a thread to itself', async () => {
  expect(await outputOf('dummy')).toBe('true true true true true MainThread\nHEDDLE_INVALID_STATE\n1 MainThread\n');
});
