/** The program as it is run: the built main module, as a child process. */
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Threads print when they get to it: the five workers in any order, the watcher before or after the main thread goes on. */
function inOrder(output: string): string {
  const lines = output.trimEnd().split('\n');
  const unordered = lines.filter((line) => /^Worker|watches$/.test(line)).sort();
  return [...unordered, ...lines.filter((line) => !unordered.includes(line))].join('\n');
}

test('it prints what the README shows, and ends though its daemon does not', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8', timeout: 60_000, env: { ...process.env, NODE_OPTIONS: '' } });
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  const shown = /\$ node dist\/main\.js\n(.*?)```/s.exec(readFileSync(new URL('../README.md', import.meta.url), 'utf8'))?.[1] ?? '';
  expect(inOrder(stdout)).toBe(inOrder(shown));
});
