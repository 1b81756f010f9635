/**
 * Whole programs, run by plain node: what becomes of their workers when they end, whatever ends them.
 *
 * @workers
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { startProgram, until, type Program } from '@heddle/testkit/support';
import { isAlive } from './test-support/with-pool.js';

const module = new URL('../fixtures/programs.mjs', import.meta.url);

interface Pids {
  readonly workers: readonly number[];
  readonly started?: number;
}

/** What a program prints on its first line. */
async function firstLine(program: Program): Promise<Pids> {
  let text = '';
  program.child.stdout?.on('data', (chunk: Buffer | string) => {
    text += String(chunk);
  });
  await until('the first line', () => text.includes('\n'));
  return JSON.parse(text.split('\n')[0] ?? '') as Pids;
}

const leftovers = (): string[] => readdirSync('/dev/shm').filter((name) => name.startsWith('heddle-'));

/** Empty when it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** How long it took until all were gone, in milliseconds. */
async function goneAfter(pids: readonly number[]): Promise<number> {
  const startedAt = performance.now();
  await until(`${pids.join(', ')} to be gone`, () => !pids.some(isAlive));
  return performance.now() - startedAt;
}

describe('the workers of a program that ends', () => {
  test('kill -9 while they loop: they are gone within a second, with what they started; no file is left', async () => {
    const program = startProgram(module, ['loops']);
    const { workers, started } = await firstLine(program);
    const pids = [...workers, started ?? 0];
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    process.kill(program.child.pid ?? 0, 'SIGKILL');
    expect(await goneAfter(pids)).toBeLessThan(1000);
    await program.ended;
    expect(leftovers()).toEqual([]);
  });

  test('kill -9 while they loop, when somebody had killed the shell that watches over them: another one does', async () => {
    const program = startProgram(module, ['loops']);
    const { workers } = await firstLine(program);
    const caller = program.child.pid ?? 0;
    const wardens = (): number[] => childrenOf(caller).filter((pid) => commandOf(pid).startsWith('/bin/sh'));
    const [first] = wardens();
    if (first === undefined) throw new Error('no shell watches over the workers');
    process.kill(first, 'SIGKILL');
    await until('another shell', () => wardens().some((pid) => pid !== first));
    // It is told of the workers in the turn in which it is started: another turn is after that.
    process.kill(caller, 'SIGUSR2');
    expect(await program.line('turn')).toBe(true);
    process.kill(caller, 'SIGKILL');
    expect(await goneAfter(workers)).toBeLessThan(1000);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s while they loop: its default action stands, and they go', async (signal) => {
    const program = startProgram(module, ['loops']);
    const { workers } = await firstLine(program);
    program.child.kill(signal);
    expect(await program.ended).toMatchObject({ signal });
    expect(await goneAfter(workers)).toBeLessThan(1000);
  });

  test('process.exit() while they loop', async () => {
    const program = startProgram(module, ['exits']);
    const { workers } = await firstLine(program);
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(await goneAfter(workers)).toBeLessThan(1000);
  });

  test('its natural end: a forgotten pool does not keep it', async () => {
    const program = startProgram(module, ['forgets']);
    const { workers } = await firstLine(program);
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
    await goneAfter(workers);
  });

  test('a pending task is done first', async () => {
    expect(await startProgram(module, ['pending']).ended).toMatchObject({ code: 0, stdout: 'done at last\n', stderr: '' });
  });
});

describe('what workers print', () => {
  const whole = (letter: string): string => letter.repeat(80);

  test('comes through line by line and whole, the last line too', async () => {
    const { stdout, stderr } = await startProgram(module, ['prints']).ended;
    const lines = stdout.split('\n');
    for (const letter of ['a', 'b']) {
      expect(lines.filter((line) => line === whole(letter))).toHaveLength(50);
      expect(lines).toContain(`rest of ${letter}`);
      expect(stderr.split('\n')).toContain(`error of ${letter}`);
    }
    expect(lines).toHaveLength(103);
  });

  test('prefixOutput: each line says who', async () => {
    const { stdout } = await startProgram(module, ['prints', 'prefixed']).ended;
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines).toHaveLength(102);
    for (const line of lines) expect(line).toMatch(/^\[Loom-a_0\] (a{80}|rest of a)$|^\[Loom-b_0\] (b{80}|rest of b)$/);
  });
});

describe('too few files (ulimit -n)', () => {
  /** A program under a limit of open files. */
  async function limited(files: number, name: string): Promise<Record<string, unknown>> {
    const { spawn } = await import('node:child_process');
    const { fileURLToPath } = await import('node:url');
    const command = `ulimit -n ${String(files)}; exec "$0" "$@"`;
    const child = spawn('/bin/sh', ['-c', command, process.execPath, fileURLToPath(module), name], {
      timeout: 50_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  test('96: the workers that there is room for do the work', async () => {
    expect(await limited(96, 'fewFiles')).toEqual({ right: 200, failed: 0, codes: [], state: 'open' });
  });

  test('none for even one worker: submit fails with the reason', async () => {
    const { code, message } = await limited(96, 'noFiles');
    expect(code).toBe('HEDDLE_BROKEN_PROCESS_POOL');
    expect(message).toMatch(/EMFILE/);
  });

  test('none for the first worker, for a while: it is started as soon as there are some', async () => {
    expect(await limited(96, 'noFilesYet')).toEqual({ value: 'b', state: 'open' });
  });
});
