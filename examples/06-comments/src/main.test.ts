/** @workers */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { countsByParents } from './test-support/counts-by-parents.js';
import { plantTree } from './tree.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const format = (n: number): string => new Intl.NumberFormat('en-US').format(n);

/** What the program prints for the first so many stories, of which 2 and 8 can't be read. */
function expected(stories: number): string[] {
  const counts = countsByParents(plantTree()).slice(0, stories);
  const readable = counts.filter((_, i) => i !== 1 && i !== 7);
  const third = counts[2] ?? NaN;
  return [
    `comments        ${format(readable.reduce((a, b) => a + b))}, of ${String(stories - 2)} stories out of ${String(stories)}`,
    'story 2         no count: TimeoutError: /item/35 took longer than 500 ms',
    'story 8         no count: HttpError: /item/31 answered 503',
    'requests        [\\d,]+, at most (?:1?\\d|20) at a time',
    `refreshed       story 3 has ${String(third)}, then ${String(third + 1)}, then ${String(third + 2)} comments`,
    'first error     HttpError: /item/31 answered 503; \\d+ other requests were aborted',
    'log             \\d+ lines',
  ];
}

test('the program tells what it counted, and what it could not', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '10'], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^${expected(10).join('\n')}\n$`));
});

test('the README shows what it prints', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toMatch(new RegExp(`\`\`\`\n${expected(30).join('\n')}\n\`\`\``));
});
