/**
 * The program as it is run: the built main module, as a child process.
 *
 * @workers
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const isRoot = process.getuid?.() === 0;
const fileCount = 60;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fingerprint-main-'));
  for (let i = 0; i < fileCount; i++) {
    mkdirSync(join(folder, `d${String(i % 7)}`), { recursive: true });
    writeFileSync(join(folder, `d${String(i % 7)}`, `f${String(i)}.txt`), 'weft and warp\n'.repeat(i * 50));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  return { status, stdout, stderr };
}

const number = (title: string, text: string): number =>
  Number(new RegExp(`^${title} +([\\d,]+)$`, 'm').exec(text)?.[1]?.replaceAll(',', ''));
const digest = (text: string): string | undefined => /^SHA-256 +([0-9a-f]{64})$/m.exec(text)?.[1];

describe('npm run demo', () => {
  test('works off a folder inline, on threads and on processes, and all three agree', () => {
    const { status, stdout, stderr } = run([folder, '--workers', '2']);
    expect(stderr).toBe(''); // no progress bar where no terminal is
    expect(stdout).toMatch(new RegExp(`^Fingerprints of ${String(fileCount)} files below ${folder}$`, 'm'));
    expect(stdout).toMatch(/^inline +[\d.]+ s +[\d.]+ MB\/s$/m);
    expect(stdout).toMatch(/^2 threads +[\d.]+ s +[\d.]+ MB\/s +[\d.]+ times the speed of inline$/m);
    expect(stdout).toMatch(/^2 processes +[\d.]+ s +[\d.]+ MB\/s +[\d.]+ times the speed of inline$/m);
    const lines = (50 * fileCount * (fileCount - 1)) / 2;
    expect(['files', 'bytes', 'lines', 'words'].map((title) => number(title, stdout))).toEqual([fileCount, 14 * lines, lines, 3 * lines]);
    expect(digest(stdout)).toBeDefined();
    expect(stdout).not.toMatch(/Could not be read|Changed meanwhile|DIFFERENT/);
    expect(stdout.trimEnd()).toMatch(/All 3 runs agree to the byte\.$/);
    expect(status).toBe(0);
  });

  test('the digest is the same whatever the number of workers', () => {
    const outputs = [run([folder, '--workers=1']), run([folder, '--workers=3']), run([folder], { HEDDLE_EXECUTOR: 'inline' })];
    expect(outputs.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(new Set(outputs.map(({ stdout }) => digest(stdout))).size).toBe(1);
    expect(
      outputs.map(({ stdout }) =>
        [...stdout.matchAll(/^(?:pool, inline|\d threads?|\d process(?:es)?) /gm)].map(([title]) => title.trim()),
      ),
    ).toEqual([
      ['1 thread', '1 process'],
      ['3 threads', '3 processes'],
      ['pool, inline', 'pool, inline'],
    ]);
  });

  test('--limit takes the first files', () => {
    const { status, stdout } = run([folder, '--limit', '5', '--workers', '1']);
    expect(status).toBe(0);
    expect(number('files', stdout)).toBe(5);
  });

  test('files that can not be read are listed, and the rest is done', () => {
    const other = mkdtempSync(join(tmpdir(), 'fingerprint-unreadable-'));
    try {
      writeFileSync(join(other, 'good'), 'x\n');
      // Nothing is forbidden to root; a name that is no UTF-8 can't be opened by the name Node tells.
      const bad = isRoot ? Buffer.concat([Buffer.from(join(other, 'bad-')), Buffer.from([0xff])]) : join(other, 'bad-');
      writeFileSync(bad, 'secret');
      if (!isRoot) chmodSync(bad, 0);
      const { status, stdout } = run([other, '--workers', '1']);
      expect(stdout).toMatch(/^Could not be read: 1\n {2}.*bad-.* \((EACCES: permission denied|ENOENT: no such file or directory)\)$/m);
      expect(number('files', stdout)).toBe(1);
      expect(status).toBe(0);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test('an empty folder is no error', () => {
    const empty = mkdtempSync(join(tmpdir(), 'fingerprint-empty-'));
    try {
      const { status, stdout } = run([empty]);
      expect(stdout).not.toMatch(/NaN|Infinity/);
      expect(number('files', stdout)).toBe(0);
      expect(status).toBe(0);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });

  test('what can not be run says why, and how it is used', () => {
    const missing = run([join(folder, 'nothing')]);
    expect(missing).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `there is no folder ${join(folder, 'nothing')} (ENOENT: no such file or directory)\n`,
    });
    const unknown = run(['--speed']);
    expect(unknown).toMatchObject({ status: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/Unknown option '--speed'[^]*Usage: npm run demo/);
    expect(unknown.stderr).not.toMatch(/ {4}at /);
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage: npm run demo/), stderr: '' });
  });
});
