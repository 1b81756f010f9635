import { describe, expect, test } from '@jest/globals';
import { compareRuns } from './compare-runs.js';
import type { Contents, Fingerprint } from './fingerprint.js';

const same: Contents = { sha256: 'aa', bytes: 10, gzipBytes: 5, lines: 2, words: 3 };
const other: Contents = { ...same, sha256: 'bb' };

function read(path: string, contents: Contents, before = 'v1', after = before): Fingerprint {
  return { path, versions: [before, after], contents, reason: '' };
}

function unread(path: string, reason = 'EACCES'): Fingerprint {
  return { path, versions: ['', ''], contents: undefined, reason };
}

const unchanged = (): string => 'v1';

describe('compareRuns', () => {
  test('adds up what all runs found', () => {
    const run = [read('a', same), read('b', other)];
    const comparison = compareRuns([run, run, run], unchanged);
    expect(comparison).toMatchObject({
      steady: 2,
      totals: { bytes: 20, gzipBytes: 10, lines: 4, words: 6 },
      changed: [],
      mismatches: [],
      unreadable: [],
    });
    expect(comparison.digests).toHaveLength(3);
    expect(new Set(comparison.digests).size).toBe(1);
  });

  test('the digest depends on every result and its place', () => {
    const digest = (...files: Fingerprint[]) => compareRuns([files, files], unchanged).digests[0];
    const digests = [
      digest(),
      digest(read('a', same)),
      digest(read('b', same)),
      digest(read('a', other)),
      digest(unread('a')),
      digest(read('a', same), read('b', same)),
      digest(read('b', same), read('a', same)),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('names a file that stayed the same and got different results', () => {
    const [right, wrong] = [
      [read('a', same), read('b', same)],
      [read('a', same), read('b', other)],
    ] as const;
    for (const runs of [
      [right, wrong, right],
      [right, right, wrong],
      [wrong, right, right],
    ] as const) {
      const { mismatches, changed, digests } = compareRuns(runs, unchanged);
      expect({ mismatches, changed }).toEqual({ mismatches: ['b'], changed: [] });
      expect(digests.map((digest) => digests.indexOf(digest))).toEqual(runs.map((run) => runs.indexOf(run)));
    }
  });

  test.each([
    ['between the runs', read('a', same, 'v1'), read('a', other, 'v2'), 'v2'],
    ['while one run read it', read('a', same, 'v0', 'v1'), read('a', other, 'v1'), 'v1'],
    ['after it was read', read('a', same, 'v1'), read('a', other, 'v1'), 'v2'],
    ['by removing it', read('a', same, 'v1'), unread('a', 'ENOENT'), ''],
    ['by making it', unread('a', 'ENOENT'), read('a', same, 'v2'), 'v3'],
  ])('leaves out a file that was changed %s', (_, first, second, now) => {
    const { mismatches, changed, steady, digests } = compareRuns([[first], [first], [second]], () => now);
    expect({ mismatches, changed, steady }).toEqual({ mismatches: [], changed: ['a'], steady: 0 });
    expect(new Set(digests).size).toBe(1);
  });

  test('touched, but with the same content, it counts', () => {
    expect(compareRuns([[read('a', same, 'v1')], [read('a', same, 'v2')]], unchanged)).toMatchObject({ steady: 1, changed: [] });
  });

  test('unreadable in all runs is listed; in one alone, though nobody touched it, it is a mismatch', () => {
    expect(compareRuns([[unread('a')], [unread('a')], [unread('a')]], unchanged)).toMatchObject({
      unreadable: [{ path: 'a', reason: 'EACCES' }],
      mismatches: [],
    });
    expect(compareRuns([[read('a', same)], [read('a', same)], [unread('a')]], unchanged)).toMatchObject({ mismatches: ['a'], changed: [] });
  });

  test('runs over different lists are no runs to compare', () => {
    expect(() => compareRuns([[read('a', same)], [read('a', same)], []])).toThrow('one run answered for 1 files, another for 0');
  });
});
