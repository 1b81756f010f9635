/** @workers */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-formatter-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', timeout: 60_000 });
  return { status, stdout };
}

test('lists what it would change, and changes it when told', () => {
  const file = join(folder, 'a.js');
  writeFileSync(file, 'let   a=1');
  expect(run(folder)).toEqual({ status: 1, stdout: `to format  ${file}\n1 files, 1 to change, 0 failed\n` });
  expect(run(folder, '--write')).toEqual({ status: 0, stdout: `formatted  ${file}\n1 files, 1 changed, 0 failed\n` });
  expect(readFileSync(file, 'utf8')).toBe('let a = 1;\n');
  expect(run(folder)).toEqual({ status: 0, stdout: '1 files, 0 to change, 0 failed\n' });
});

test('without a folder it tells its usage', () => {
  expect(run().status).toBe(2);
});
