/**
 * Whole programs: what keeps them alive, and what doesn't.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

test.each<[name: string, stdout: string]>([
  ['forgotten', 'end\n'],
  ['awaited', 'end\ntrue true\n'],
  ['over', 'item\n'],
  ['blocked', 'end\n'],
  ['mainBlocks', '0 1 2\n'],
  ['leftAlone', 'end\n'],
  ['neverSent', 'end\n'],
  ['givenLater', 'item\n'],
])('%s', async (name, stdout) => {
  const { ended } = startProgram(new URL('../fixtures/programs.mjs', import.meta.url), [name]);
  expect(await ended).toEqual({ code: 0, signal: null, stdout, stderr: '' });
});
