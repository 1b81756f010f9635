import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { versionOf, type Contents, type Fingerprint } from './fingerprint.js';
import type { Unreadable } from './walk.js';

/** What two runs over the same files came to. */
export interface Comparison {
  /** Files that both runs read, and that nobody changed meanwhile. */
  readonly steady: number;
  readonly totals: Omit<Contents, 'sha256'>;
  /** SHA-256 over all results of the steady files in the order of their paths, one for each run. */
  readonly digests: readonly [first: string, second: string];
  readonly unreadable: readonly Unreadable[];
  /** Paths of files that somebody changed, removed or made while they were worked on: no fault of either run. */
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
 * Compares two runs over the same list of files.
 *
 * @param versionAt - tells the state of a file now
 */
export function compareRuns(
  first: readonly Fingerprint[],
  second: readonly Fingerprint[],
  versionAt: (path: string) => string = versionNow,
): Comparison {
  const hashes = [createHash('sha256'), createHash('sha256')] as const;
  const totals = { bytes: 0, gzipBytes: 0, lines: 0, words: 0 };
  const unreadable: Unreadable[] = [];
  const changed: string[] = [];
  const mismatches: string[] = [];
  let steady = 0;
  if (first.length !== second.length) throw new Error(`one run answered for ${String(first.length)} files, the other for ${String(second.length)}`);
  first.forEach((one, i) => {
    const other = second[i] ?? one;
    const { path, contents } = one;
    const [text, otherText] = [textOf(one), textOf(other)];
    if (text !== otherText && wasChanged(one, other, versionAt)) {
      changed.push(path);
      return;
    }
    if (text !== otherText) mismatches.push(path);
    hashes[0].update(text);
    hashes[1].update(otherText);
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
  return { steady, totals, digests: [hashes[0].digest('hex'), hashes[1].digest('hex')], unreadable, changed, mismatches };
}

/** A result as a line of text. */
function textOf({ path, contents }: Fingerprint): string {
  if (contents === undefined) return `${path}\0unreadable\n`;
  const { sha256, bytes, gzipBytes, lines, words } = contents;
  return `${[path, sha256, bytes, gzipBytes, lines, words].join('\0')}\n`;
}

/** Whether the file was in more than one state during the two runs. */
function wasChanged(one: Fingerprint, other: Fingerprint, versionAt: (path: string) => string): boolean {
  const versions = [one, other].flatMap((each) => (each.contents === undefined ? [] : each.versions));
  return new Set([...versions, versionAt(one.path)]).size > 1;
}
