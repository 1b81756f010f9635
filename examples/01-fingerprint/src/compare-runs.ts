import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { versionOf, type Contents, type Fingerprint } from './fingerprint.js';
import type { Unreadable } from './walk.js';

/** What some runs over the same files came to. */
export interface Comparison {
  /** Files that all runs read, and that nobody changed meanwhile. */
  readonly steady: number;
  readonly totals: Omit<Contents, 'sha256'>;
  /** SHA-256 over all results of the steady files in the order of their paths, one for each run. */
  readonly digests: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** Paths of files that somebody changed, removed or made while they were worked on: no fault of any run. */
  readonly changed: readonly string[];
  /** Paths of files that stayed the same and got different results: there must be none. */
  readonly mismatches: readonly string[];
}

/** The state of a file now; '' when it can't be had. */
function versionNow(path: string): string {
  try {
    return versionOf(statSync(path, { bigint: true }));
  } catch {
    return '';
  }
}

/**
 * Compares runs over the same list of files, the first of which the others are measured by.
 *
 * @param versionAt - tells the state of a file now
 */
export function compareRuns(
  [first, ...others]: readonly [readonly Fingerprint[], ...(readonly Fingerprint[])[]],
  versionAt: (path: string) => string = versionNow,
): Comparison {
  const hashes = [first, ...others].map(() => createHash('sha256'));
  const totals = { bytes: 0, gzipBytes: 0, lines: 0, words: 0 };
  const unreadable: Unreadable[] = [];
  const changed: string[] = [];
  const mismatches: string[] = [];
  let steady = 0;
  for (const { length } of others) {
    if (length !== first.length) throw new Error(`one run answered for ${String(first.length)} files, another for ${String(length)}`);
  }
  first.forEach((one, i) => {
    const all = [one, ...others.map((results) => results[i] ?? one)];
    const { path, contents } = one;
    const texts = all.map(textOf);
    const agree = new Set(texts).size === 1;
    if (!agree && wasChanged(path, all, versionAt)) {
      changed.push(path);
      return;
    }
    if (!agree) mismatches.push(path);
    hashes.forEach((hash, run) => hash.update(texts[run] ?? ''));
    if (contents === undefined) {
      unreadable.push({ path, reason: one.reason });
      return;
    }
    steady += 1;
    totals.bytes += contents.bytes;
    totals.gzipBytes += contents.gzipBytes;
    totals.lines += contents.lines;
    totals.words += contents.words;
  });
  return { steady, totals, digests: hashes.map((hash) => hash.digest('hex')), unreadable, changed, mismatches };
}

/** A result as a line of text. */
function textOf({ path, contents }: Fingerprint): string {
  if (contents === undefined) return `${path}\0unreadable\n`;
  const { sha256, bytes, gzipBytes, lines, words } = contents;
  return `${[path, sha256, bytes, gzipBytes, lines, words].join('\0')}\n`;
}

/** Whether the file was in more than one state during the runs. */
function wasChanged(path: string, results: readonly Fingerprint[], versionAt: (path: string) => string): boolean {
  const versions = results.flatMap(({ contents, versions: each }) => (contents === undefined ? [] : each));
  return new Set([...versions, versionAt(path)]).size > 1;
}
