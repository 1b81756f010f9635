import { expect, test } from '@jest/globals';
import { compareRuns } from './compare-runs.js';
import type { Fingerprint } from './fingerprint.js';
import { report } from './report.js';
import type { Run } from './runs.js';

function run(title: string, elapsedMs: number, sha256 = 'aa'): Run {
  const contents = { sha256, bytes: 1e6, gzipBytes: 5e5, lines: 2, words: 3 };
  const results: Fingerprint[] = [{ path: 'a', versions: ['v1', 'v1'], contents, reason: '' }];
  return { title, results, elapsedMs };
}

function reportOf(inline: Run, threads: Run, processes: Run): string[] {
  const comparison = compareRuns([inline.results, threads.results, processes.results], () => 'v1');
  return report([inline, threads, processes], comparison, []).split('\n');
}

test('three speeds, those of the pools beside the first', () => {
  const lines = reportOf(run('inline', 1000), run('2 threads', 500), run('2 processes', 800));
  expect(lines.slice(0, 4)).toEqual([
    'inline           1.00 s      1.0 MB/s',
    '2 threads        0.50 s      2.0 MB/s   2.00 times the speed of inline',
    '2 processes      0.80 s      1.3 MB/s   1.25 times the speed of inline',
    '',
  ]);
  expect(lines.at(-1)).toBe('All 3 runs agree to the byte.');
});

test('runs that differ are shown with what each came to', () => {
  const lines = reportOf(run('inline', 1000), run('2 threads', 500), run('2 processes', 800, 'bb'));
  expect(lines).toContain('DIFFERENT RESULTS: 1');
  const [title, ...runs] = lines.slice(-4);
  expect(title).toBe('The runs differ:');
  const [inline, threads, processes] = runs.map((line) => /^ {2}(inline|2 threads|2 processes) +([0-9a-f]{64})$/.exec(line)?.[2]);
  expect(inline).toBeDefined();
  expect(threads).toBe(inline);
  expect(processes).toBeDefined();
  expect(processes).not.toBe(inline);
});
