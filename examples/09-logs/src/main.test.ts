/** @workers */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

test('the program prints what the README says', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const stdout = execFileSync(process.execPath, [main], { encoding: 'utf8', timeout: 60_000 });
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(`$ node dist/main.js\n${stdout}`);
});
