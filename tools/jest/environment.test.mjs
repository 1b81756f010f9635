/**
 * What the environment refuses: files run in a Jest of their own.
 *
 * @workers
 */
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { JEST } from '../lib/jest.mjs';
import { ROOT } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

const fixtures = join(ROOT, 'tools/jest/fixtures');

/** @param {string[]} args */
async function jest(...args) {
  const all = [...JEST, '--config', join(fixtures, 'jest.config.mjs'), ...args];
  return await run(process.execPath, all, { cwd: ROOT, output: 'capture' });
}

describe('a test file', () => {
  /** @type {Map<string, { status: string, message: string }>} */
  let results;
  let output = '';

  beforeAll(async () => {
    const { stdout, output: all } = await jest('--json', '--runInBand');
    output = all;
    results = new Map(JSON.parse(stdout).testResults.map((/** @type {any} */ file) => [basename(file.name, '.fixture.mjs'), file]));
  });

  test.each([
    ['worker', 'calls new Worker()'],
    ['process', 'calls execFileSync()'],
  ])('%s: fails when it starts something and has no tag', (name, message) => {
    expect(results.get(name)).toMatchObject({ status: 'failed', message: expect.stringContaining(message) });
  });

  test('unclaimed: fails when it leaves a warning', () => {
    expect(results.get('unclaimed')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/HeddleWarning \[HEDDLE_CALLBACK_THREW\]: nobody asked for this\s+Error: detail/),
    });
  });

  test('claimed: may ask for a warning; none is printed', () => {
    expect(results.get('claimed')).toMatchObject({ status: 'passed', message: '' });
    expect(output).not.toMatch(/\(node:\d+\)/); // as Node begins a line about a warning
  });

  test('tagged: may start something', () => {
    expect(results.get('tagged')).toMatchObject({ status: 'passed', message: '' });
  });
});

test('the fast tier leaves out what is tagged', async () => {
  const { stdout } = await jest('--listTests', '--filter', join(ROOT, 'tools/jest/fast-tier.cjs'));
  const names = stdout
    .trim()
    .split('\n')
    .map((path) => basename(path, '.fixture.mjs'));
  expect(names).toEqual(expect.arrayContaining(['worker', 'process']));
  expect(names).not.toContain('tagged');
});
