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

test('a task that the main file does not export is refused, and the program is not run again', async () => {
  const { code, stdout, stderr } = await startProgram(new URL('../fixtures/task-in-main.mjs', import.meta.url), []).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^the program runs\nHEDDLE_TASK_NOT_FOUND task "weave" not found: its module file:.* is the program's main file, which exports nothing, .*of its own/,
  );
});

test('a task that the main file exports runs, under any name', async () => {
  const { code, stdout, stderr } = await startProgram(new URL('../fixtures/exported-task-in-main.mjs', import.meta.url), []).ended;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'the program runs\nwoven\n', stderr: '' });
});
