/**
 * Tests that a program ends if it waits for an event that no thread can cause any more.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

test.each<[name: string, stdout: string]>([
  ['pool', 'end\n'],
  ['cancelled', 'end\n'],
  ['killed', 'end\n'],
  ['daemon', 'item\n'],
  ['blocked', 'HEDDLE_INVALID_STATE\n'],
])('%s', async (name, stdout) => {
  const { ended } = startProgram(new URL('../fixtures/waits.mjs', import.meta.url), [name]);
  expect(await ended).toEqual({ code: 0, signal: null, stdout, stderr: '' });
});
