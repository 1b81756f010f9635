/**
 * The program as it is run: the built main module, as a child process.
 *
 * @workers
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

test('threads and processes print the same, which is what the README shows', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = [
    '  most important: loom (4), heddles (4), weft (5)',
    `  digests: ${digest('warpthread')} with warp, ${digest('weftthread')} with weft`,
    '  kept: shed loom',
    '  named: selvedge, as given',
    '  refused: an anonymous function can\'t travel to a worker: it assigns to "lost" of the code a ... (lost: 0)',
  ];
  expect(stdout.trimEnd().split('\n')).toEqual(['ThreadPoolExecutor:', ...lines, 'ProcessPoolExecutor:', ...lines]);
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(stdout.trimEnd());
});
