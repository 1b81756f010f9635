/**
 * A program whose workers would be the program again is refused, and starts itself a few times at most.
 *
 * @workers
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ProcessPoolExecutor } from '@heddle/processes';
import { startProgram, type Ending } from '@heddle/testkit/support';

const program = new URL('../fixtures/again.mjs', import.meta.url);

/** Runs the program; `execPath` is a script that runs it again, whatever its arguments. */
async function run(name: string): Promise<Ending & { readonly starts: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-again-'));
  try {
    const [script, count] = [join(folder, 'again.sh'), join(folder, 'count')];
    writeFileSync(script, `#!/bin/sh\nexec "${process.execPath}" "${fileURLToPath(program)}"\n`);
    chmodSync(script, 0o755);
    const ending = await startProgram(program, [], [], { COUNT: count, AGAIN: `${name} ${script}` }).ended;
    return { ...ending, starts: readFileSync(count, 'utf8').trim().split('\n').length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('workers that run the program again', () => {
  test('of a pool: they may start none, and the pool breaks with the reason', async () => {
    const { stdout, stderr, starts } = await run('pool');
    expect(stdout).toContain('HEDDLE_INVALID_STATE ProcessPoolExecutor as a worker by\n');
    expect(stdout).toMatch(/^HEDDLE_BROKEN_PROCESS_POOL/m);
    expect(stderr).toMatch(/this process was started as a worker by process \d+/);
    expect(starts).toBeLessThan(12); // two workers, and those that replace them up to the limit of deaths: none of theirs
  });

  test('of a Process', async () => {
    const { stdout, starts } = await run('process');
    expect(stdout).toContain('HEDDLE_INVALID_STATE Process Process-1 as a worker by\n');
    expect(stdout).toContain('HEDDLE_WORKER_DIED');
    expect(starts).toBe(2);
  });
});

test('a single executable application has to give execPath', async () => {
  const { code, stdout, stderr, starts } = await run('sea');
  expect({ code, stderr, starts }).toEqual({ code: 0, stderr: '', starts: 1 });
  expect(stdout).toBe(
    'HEDDLE_INVALID_STATE ProcessPoolExecutor single executable\nnumber\nHEDDLE_INVALID_STATE Process Process-1 single executable\n',
  );
});

test('so has an Electron app, unless its workers run as Node, or none are started', async () => {
  const { code, stdout, stderr, starts } = await run('electron');
  expect({ code, stderr, starts }).toEqual({ code: 0, stderr: '', starts: 1 });
  expect(stdout).toBe('HEDDLE_INVALID_STATE ProcessPoolExecutor Electron\nnumber\nnumber\n');
});

test('a worker is no such process: its tasks may have pools, and start programs that have', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const nested = async (): Promise<unknown> => {
    const { ProcessPoolExecutor: Inner } = await import('@heddle/processes');
    await using inner = new Inner({ maxWorkers: 1 });
    return [process.env['HEDDLE_PROCESS'], await inner.submit(() => process.env['HEDDLE_PROCESS'])];
  };
  expect(await pool.submit(nested)).toEqual([undefined, undefined]);
  const start = async (url: string): Promise<unknown> => {
    const { spawnSync } = await import('node:child_process');
    const source = `import(${JSON.stringify(url)}).then(async ({ ProcessPoolExecutor }) => console.log(await new ProcessPoolExecutor({ maxWorkers: 1 }).submit(() => 7)))`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8', timeout: 30_000, killSignal: 'SIGKILL' })
      .stdout;
  };
  expect(await pool.submit(start, import.meta.resolve('@heddle/processes'))).toBe('7\n');
});

test('Bun starts no worker processes', async () => {
  const { code, stdout, stderr, starts } = await run('bun');
  expect({ code, stderr, starts }).toEqual({ code: 0, stderr: '', starts: 1 });
  expect(stdout).toBe('HEDDLE_INVALID_STATE ProcessPoolExecutor Bun\nHEDDLE_INVALID_STATE Process Process-1 Bun\nnumber\n');
});
