/** @workers */
import { describe, expect, test } from '@jest/globals';
import { runNode } from './run.mjs';

const program = `
  import { chosenOf } from ${JSON.stringify(new URL('./chosen.mjs', import.meta.url).href)};
  console.log(chosenOf('stage', ['build', 'lint', 'unit']).join());
`;

/** Runs the program as a tool of that file name. */
async function chosen(...names) {
  const { code, output } = await runNode(['--input-type=module', '--eval', program, 'tool.mjs', ...names], { output: 'capture' });
  return { code, output: output.trim() };
}

describe('chosenOf', () => {
  test('is all without names', async () => {
    expect(await chosen()).toEqual({ code: 0, output: 'build,lint,unit' });
  });

  test('is what is named, in the order of all', async () => {
    expect(await chosen('unit', 'build')).toEqual({ code: 0, output: 'build,unit' });
  });

  test('ends the program at a name that is not one', async () => {
    expect(await chosen('unit', 'lynt')).toEqual({ code: 2, output: 'No stage lynt. There are: build; lint; unit.' });
  });
});
