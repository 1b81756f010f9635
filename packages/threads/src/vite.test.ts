/**
 * Functions of modules that Vite's SSR transform made, as Vitest, Nuxt and SvelteKit run them: what they import is imported again.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

interface Row {
  readonly here: unknown;
  readonly there: { readonly error?: string };
  readonly again: unknown;
}

async function rowsOf(way: string, file: string): Promise<[string, Row][]> {
  const { stdout, stderr } = await startProgram(new URL('../fixtures/vite/runner.mjs', import.meta.url), [way, file]).ended;
  expect(stderr).toBe('');
  return Object.entries(JSON.parse(stdout) as Record<string, Row>);
}

describe.each(['Vitest', 'Vite'])('as %s runs them', (way) => {
  test('a worker imports what they import', async () => {
    const rows = await rowsOf(way, 'imports.txt');
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter(([, { here, there, again }]) => JSON.stringify([here, here]) !== JSON.stringify([there, again]))).toEqual([]);
  });

  test('a refusal names Vite and the remedy', async () => {
    const told = (await rowsOf(way, 'refused.txt')).map(([label, { there }]) => [label, there.error]);
    const made = /Vite \(or Vitest\) made it of an import .* mark it with task\(import\.meta\.url, fn\)/;
    expect(Object.fromEntries(told)).toEqual({
      'import.meta': expect.stringMatching(/it uses import\.meta of the code around it: .* mark it with task\(import\.meta\.url, fn\)/),
      'a virtual module': expect.stringMatching(made),
      'a module that only Vite can load': expect.stringMatching(made),
      'import() of a virtual module': expect.stringMatching(/import\("virtual:settings"\) in a worker: only Vite can load that module/),
    });
  });
});
