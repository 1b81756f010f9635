/**
 * Whole programs, run by plain node: what becomes of their processes when they end, what keeps them alive, what they print.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { startProgram, until, type Program } from '@heddle/testkit/support';
import { isAlive } from './test-support/with-pool.js';

const module = new URL('../fixtures/process-programs.mjs', import.meta.url);

/** The pids that a program prints on its first line. */
async function pidsOf(program: Program): Promise<number[]> {
  let text = '';
  program.child.stdout?.on('data', (chunk: Buffer | string) => {
    text += String(chunk);
  });
  await until('the first line', () => text.includes('\n'));
  return JSON.parse(text.split('\n')[0] ?? '') as number[];
}

/** How long it took until all were gone, in milliseconds. */
async function goneAfter(pids: readonly number[]): Promise<number> {
  const startedAt = performance.now();
  await until(`${pids.join(', ')} to be gone`, () => !pids.some(isAlive));
  return performance.now() - startedAt;
}

describe('processes of a program that ends', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    '%s: all are gone within a second, those that loop and those of processes too',
    async (signal) => {
      const program = startProgram(module, ['loops']);
      const pids = await pidsOf(program);
      expect(pids.map(isAlive)).toEqual([true, true, true]);
      process.kill(program.child.pid ?? 0, signal);
      expect(await goneAfter(pids)).toBeLessThan(1000);
      expect(await program.ended).toMatchObject({ signal });
    },
  );

  test('kill -9 of a process: its own go with it', async () => {
    const program = startProgram(module, ['loops']);
    const [parent = 0, looping = 0, inner = 0] = await pidsOf(program);
    process.kill(parent, 'SIGKILL');
    expect(await goneAfter([parent, inner])).toBeLessThan(1000);
    expect(isAlive(looping)).toBe(true);
    process.kill(looping, 'SIGKILL');
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('process.exit() waits for none', async () => {
    const program = startProgram(module, ['exits']);
    const pids = await pidsOf(program);
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(await goneAfter(pids)).toBeLessThan(1000);
  });

  test('its natural end: a process that is no daemon keeps it alive', async () => {
    expect(await startProgram(module, ['waits']).ended).toMatchObject({ code: 0, stdout: 'done at last\ncode 0 0\n', stderr: '' });
  });

  test('its natural end: daemons do not keep it alive, and are ended with it', async () => {
    const program = startProgram(module, ['daemons']);
    const pids = await pidsOf(program);
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await goneAfter(pids)).toBeLessThan(1000);
  });

  test('who waits for a daemon is kept alive', async () => {
    expect(await startProgram(module, ['waitsForDaemons']).ended).toMatchObject({ code: 0, stdout: '1 true\nsent\nput\n1\n', stderr: '' });
  });
});

describe('what is told', () => {
  test('an error that nobody asked for: on stderr, with the name of the process; others not', async () => {
    const { code, stdout, stderr } = await startProgram(module, ['fails']).ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'error of joined\nerror of asked\n1 1 1\n' });
    expect(stderr).toMatch(
      /HEDDLE_PROCESS_FAILED.*process unasked failed, and nobody asked for its result\nTypeError: error of unasked\n {4}at .*process-programs\.mjs/,
    );
    expect(stderr).not.toMatch(/error of (asked|joined)/);
  });

  test('an uncaught exception: once, by Node', async () => {
    const { code, stdout, stderr } = await startProgram(module, ['crashes']).ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1\n' });
    expect(stderr.match(/TypeError: from a callback/g)).toHaveLength(1);
  });

  test('what a process prints comes through', async () => {
    expect(await startProgram(module, ['prints']).ended).toMatchObject({ stdout: 'a line\nno end\n', stderr: 'an error\n' });
  });

  test('currentProcess() and names; daemons may have no children', async () => {
    const { stdout, stderr } = await startProgram(module, ['identities']).ended;
    expect(stderr).toBe('');
    const { main, pid, children } = JSON.parse(stdout) as { main: unknown; pid: number; children: unknown };
    expect(main).toEqual(['MainProcess', true, false, null, true]);
    const common = { isOwn: true, parentPid: pid };
    expect(children).toEqual([
      { ...common, name: 'Process-1', daemon: false, inner: 'Process-1:1', innerDaemon: false, started: 'started' },
      {
        ...common,
        name: 'Process-2',
        daemon: true,
        inner: 'Process-2:1',
        innerDaemon: true,
        started: "HEDDLE_INVALID_STATE daemonic processes are not allowed to have children: Process-2 can't start Process-2:1",
      },
      { ...common, name: 'Shuttle', daemon: false, inner: 'Process-3:1', innerDaemon: false, started: 'started' },
    ]);
  });

  test('no file left for a process: the reason', async () => {
    const { spawn } = await import('node:child_process');
    const { fileURLToPath } = await import('node:url');
    const child = spawn('/bin/sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, fileURLToPath(module), 'noFiles'], {
      timeout: 50_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ message: expect.stringMatching(/EMFILE/) as unknown, exitCode: 1 });
  });
});
