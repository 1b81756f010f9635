/**
 * Heddle under Jest with its default environment, where tests run in a realm of their own, as CommonJS and as ES modules.
 *
 * @workers
 */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { startProgram } from '@heddle/testkit/support';

const require = createRequire(import.meta.url);
const jest = pathToFileURL(require.resolve('jest/bin/jest'));
const config = fileURLToPath(new URL('../fixtures/jest/jest.config.cjs', import.meta.url));

/** Where Node can require ES modules, it must not: Node 20.12 can't. */
const onlyCommonJs = ['--no-experimental-require-module'].filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));

test.each([
  ['commonjs', onlyCommonJs],
  ['es6', ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']],
])('threads, processes and coroutines work as %s, and values are of the realm of the test', async (modules, flags) => {
  const ending = await startProgram(jest, ['--config', config, '--ci', '--runInBand'], flags, { MODULES: modules }).ended;
  expect(`${ending.stderr}${ending.stdout}`).toMatch(/^Tests: +(\d+) passed, \1 total$/m);
  expect(ending.code).toBe(0);
});
