/** @workers */
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

test("Heddle's functions and classes travel, held by variables as CommonJS holds them", async () => {
  const { stdout, stderr } = await startProgram(new URL('../fixtures/own-names.cjs', import.meta.url), []).ended;
  expect({ stdout, stderr }).toEqual({
    // A variable that the program assigns to is not an import, so its function is copied.
    stdout: '42\nobject\nslept\nfunction\nFuture\ntrue\ncurrentTask\nmine\n',
    stderr: '',
  });
});
