/** @workers */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fingerprint } from './fingerprint.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fingerprint-'));
  path = join(folder, 'file');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('fingerprint', () => {
  test('of known content', async () => {
    writeFileSync(path, 'the quick brown fox\njumps over\n');
    const { contents, versions, reason } = await fingerprint(path);
    expect(contents).toEqual({
      sha256: createHash('sha256').update('the quick brown fox\njumps over\n').digest('hex'),
      bytes: 31,
      gzipBytes: gzipSync('the quick brown fox\njumps over\n').length,
      lines: 2,
      words: 6,
    });
    expect(reason).toBe('');
    expect(versions[0]).toBe(versions[1]);
  });

  test('of an empty file', async () => {
    writeFileSync(path, '');
    expect((await fingerprint(path)).contents).toEqual({
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      bytes: 0,
      gzipBytes: 20,
      lines: 0,
      words: 0,
    });
  });

  test('of a large file is read in pieces, to the same result', async () => {
    const data = Buffer.alloc(33 * 1024 * 1024, 'warp and weft\n');
    writeFileSync(path, data);
    const pending = fingerprint(path);
    expect(pending).toBeInstanceOf(Promise);
    expect((await pending).contents).toEqual({
      sha256: createHash('sha256').update(data).digest('hex'),
      bytes: data.length,
      gzipBytes: gzipSync(data).length,
      lines: Math.floor(data.length / 14),
      words: 3 * Math.floor(data.length / 14) + 2, // the last line is cut off: `warp a`
    });
  });

  test('a file that is written to has another version', async () => {
    writeFileSync(path, 'one');
    const before = await fingerprint(path);
    writeFileSync(path, 'two!');
    expect((await fingerprint(path)).versions[0]).not.toBe(before.versions[0]);
  });
});

describe('what can not be read is told, not thrown', () => {
  test('a file that is gone', async () => {
    expect(await fingerprint(path)).toEqual({
      path,
      versions: ['', ''],
      contents: undefined,
      reason: 'ENOENT: no such file or directory',
    });
  });

  test('a folder in its place', async () => {
    mkdirSync(path);
    expect(await fingerprint(path)).toMatchObject({ contents: undefined, reason: expect.stringMatching(/EISDIR|not a regular file/) });
  });

  (process.platform === 'win32' ? test.skip : test)('a link or a pipe in its place', async () => {
    writeFileSync(join(folder, 'other'), 'x');
    symlinkSync(join(folder, 'other'), path);
    expect(await fingerprint(path)).toMatchObject({ contents: undefined, reason: expect.stringContaining('ELOOP') });
    rmSync(path);
    execFileSync('mkfifo', [path]);
    expect(await fingerprint(path)).toMatchObject({ contents: undefined, reason: 'not a regular file any more' });
  });
});
