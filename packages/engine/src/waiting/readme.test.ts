/** The constants in README.md against the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

const rows = [...read('README.md').matchAll(/^\| (\w+\/[\w-]+\.ts) \| (\w+) \| ([^|]+) \|/gm)].map(([, file, name, value]) => [
  file,
  name,
  value,
]);

test('there are constants', () => {
  expect(rows.length).toBeGreaterThan(10);
});

test.each(rows)('%s: %s is %s', (file = '', name = '', value = '') => {
  expect(read(`../${file}`)).toContain(`const ${name} = ${value};`);
});
