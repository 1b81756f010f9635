/**
 * The program as it is run: the built main module, as a child process.
 *
 * @workers
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

test.each([
  ['on threads', {}],
  ['in the caller, to be debugged', { HEDDLE_EXECUTOR: 'inline' }],
])('it prints what the README shows: %s', (_how, env) => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe('1\n4\n9\n16\n25\n');
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(`$ node dist/main.js\n${stdout}`);
});
