/** @workers */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { startProgram } from '@heddle/testkit/support';

const folder = mkdtempSync(join(tmpdir(), 'heddle-browser-'));
const bundle = join(folder, 'bundle.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('../fixtures/browser.mjs', import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('nothing of Node is in a bundle for browsers', () => {
  expect(readFileSync(bundle, 'utf8')).not.toMatch(/["']node:|\bprocess\./);
});

test('without an async context, signals that are handed on do it', async () => {
  const { code, stdout, stderr } = await startProgram(pathToFileURL(bundle), []).ended;
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual({
    group: ['ExceptionGroup', 1],
    later: false,
    cleanup: true,
    task: ['HEDDLE_CANCELLED', 'why'],
    timeout: 'TimeoutError',
    waitFor: 'TimeoutError',
    gather: [1, 2],
    retry: 3,
    every: ['enough', 3],
    toThread: 'HEDDLE_INVALID_STATE',
  });
});
