/**
 * A program that imports Heddle while a dependency of it requires Heddle has two copies.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

test('a copy that is imported and a copy that is required work together', async () => {
  const ending = await startProgram(new URL('../fixtures/both.mjs', import.meta.url), []).ended;
  expect(ending).toMatchObject({ stdout: 'all as it should be\n', stderr: '', code: 0 });
});
