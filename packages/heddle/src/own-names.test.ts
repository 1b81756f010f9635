/** @workers */
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

test("Heddle's functions and classes travel, held by variables as CommonJS holds them", async () => {
  const { stdout, stderr } = await startProgram(new URL('../fixtures/own-names.cjs', import.meta.url), []).ended;
  expect({ stdout, stderr }).toEqual({
    stdout: '42\nobject\nslept\nfunction\nFuture\ntrue\nHEDDLE_SERIALIZATION\nmine\n',
    stderr: '',
  });
});
