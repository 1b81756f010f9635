/**
 * Task modules in TypeScript, loaded by tsx in workers too: on Node 20 it leaves threads out.
 *
 * @workers
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const app = fileURLToPath(new URL('../fixtures/tsx/app.ts', import.meta.url));
const cli = createRequire(import.meta.url).resolve('tsx/cli');
const run = promisify(execFile);

test.each([
  ['tsx app.ts', [cli, app], {}],
  ['node --import tsx app.ts', ['--import', 'tsx', app], {}],
  ['NODE_OPTIONS', [app], { NODE_OPTIONS: '--import tsx' }],
])('%s', async (_how, args, env) => {
  const { stdout } = await run(process.execPath, args, { cwd: dirname(app), env: { ...process.env, ...env } });
  expect(stdout.trim().split('\n')).toEqual(['ThreadPoolExecutor 8,10,1', 'ProcessPoolExecutor 8,10,1']);
});
