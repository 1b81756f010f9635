/** @workers */
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

test('classes of a program of one file travel with their instances, and the program is not run again', async () => {
  const stdout = 'the program runs\n8 per mm,true\ntrue true 9 per mm\n';
  expect(await startProgram(new URL('../fixtures/one-file.mjs', import.meta.url), []).ended).toEqual({
    code: 0,
    signal: null,
    stdout,
    stderr: '',
  });
});
