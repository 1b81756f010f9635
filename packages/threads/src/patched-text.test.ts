/**
 * The text that travels is the function's own, whatever a program made of `Function.prototype.toString`.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

const program = new URL('../fixtures/patched-text.mjs', import.meta.url);

test.each(['function', 'arrow', 'method', 'bound', 'proxy', 'native'])('replaced by: %s', async (name) => {
  expect(await startProgram(program, [name]).ended).toEqual({ code: 0, signal: null, stdout: '42 2\n', stderr: '' });
});
