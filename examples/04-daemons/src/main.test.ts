/**
 * The programs as they are run: the built modules, as child processes.
 *
 * @workers
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { startProgram, type Program } from '@heddle/testkit/support';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const start = (name: string): Program => startProgram(new URL(`../dist/${name}.js`, import.meta.url), []);

/** What the README says that a program prints. */
function shown(name: string): string {
  return readme.split(`$ node dist/${name}.js\n`)[1]?.split('```')[0] ?? '';
}

test('workers: five lines, in any order', async () => {
  const { stdout, ...ending } = await start('workers').ended;
  expect(ending).toEqual({ code: 0, signal: null, stderr: '' });
  const sorted = (text: string): string[] => text.trimEnd().split('\n').sort();
  expect(sorted(stdout)).toEqual(['Worker 0', 'Worker 1', 'Worker 2', 'Worker 3', 'Worker 4']);
  expect(sorted(shown('workers'))).toEqual(sorted(stdout));
});

test.each(['join', 'daemons'])('%s: prints what the README shows, and ends', async (name) => {
  const { stdout, ...ending } = await start(name).ended;
  expect(ending).toEqual({ code: 0, signal: null, stderr: '' });
  expect(stdout).toBe(shown(name));
});

test('Ctrl-C ends a program that waits for a thread, daemon or not', async () => {
  const program = start('join');
  expect(await program.line('started: true')).toBe(true);
  program.child.kill('SIGINT');
  expect(await program.ended).toMatchObject({ code: null, signal: 'SIGINT' });
});
