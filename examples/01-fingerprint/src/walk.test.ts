/** @workers */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reasonOf, walk } from './walk.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fingerprint-walk-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function make(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
}

describe('walk', () => {
  test('finds files at any depth, sorted by path', () => {
    make('b/z.txt', 'a.txt', 'b/c/d/e.txt', 'B.txt', 'b.txt', '.hidden/x');
    expect(walk(folder)).toEqual({
      files: ['.hidden/x', 'B.txt', 'a.txt', 'b.txt', 'b/c/d/e.txt', 'b/z.txt'].map((name) => join(folder, name)),
      unreadable: [],
    });
  });

  test('follows no links, loops and broken ones included', () => {
    make('real/file');
    symlinkSync(folder, join(folder, 'real/loop'));
    symlinkSync(join(folder, 'real/file'), join(folder, 'link-to-file'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'broken'));
    expect(walk(folder).files).toEqual([join(folder, 'real/file')]);
  });

  test('takes a link for the folder itself', () => {
    make('real/file');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(walk(join(folder, 'link')).files).toEqual([join(folder, 'link/file')]);
  });

  (process.platform === 'win32' ? test.skip : test)('passes over pipes', () => {
    make('file');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(walk(folder).files).toEqual([join(folder, 'file')]);
  });

  test('an empty folder has no files', () => {
    expect(walk(folder)).toEqual({ files: [], unreadable: [] });
  });

  test('a folder that is not there, or is none, is an error', () => {
    make('file');
    expect(() => walk(join(folder, 'nothing'))).toThrow(
      `there is no folder ${join(folder, 'nothing')} (ENOENT: no such file or directory)`,
    );
    expect(() => walk(join(folder, 'file'))).toThrow(`${join(folder, 'file')} is not a folder`);
  });
});

test("reasons do not repeat the path of Node's messages", () => {
  expect(reasonOf(new Error("EACCES: permission denied, open '/a, b'"))).toBe('EACCES: permission denied');
  expect(reasonOf(new Error('EISDIR: illegal operation on a directory, read'))).toBe('EISDIR: illegal operation on a directory');
  expect(reasonOf(new Error('not a regular file any more'))).toBe('not a regular file any more');
  expect(reasonOf('odd')).toBe('odd');
});
