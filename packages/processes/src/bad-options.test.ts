/**
 * Options that can't be met: a clear error, and nothing hangs.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { ProcessPoolExecutor } from '@heddle/processes';
import { failureOf, identity } from '@heddle/testkit/support';
import { expectStderr } from './test-support/expect-stderr.js';
import { withPool } from './test-support/with-pool.js';

/** Each worker that was started prints it. */
const badOption = /^(\S+: bad option: --no-such-option\n)+$/;

describe('what no worker can be started with breaks the pool at once, with the reason', () => {
  test.each<[what: string, options: object, reason: RegExp, printed?: RegExp]>([
    [
      'an execPath that does not exist',
      { execPath: '/no/such/node' },
      /no worker could be started with execPath \/no\/such\/node: .*ENOENT/,
    ],
    ['a folder as execPath', { execPath: '/' }, /no worker could be started with execPath \/: .*EACCES/],
    ['an execArgv that Node rejects', { execArgv: ['--no-such-option'] }, /bad option: --no-such-option/, badOption],
    ['a cwd that is gone', { cwd: '/no/such/folder' }, /cwd is not a folder: \/no\/such\/folder/],
    [
      'a maxMemory below what an empty worker needs',
      { maxMemory: 1_000_000 },
      /an empty worker needs \d+ bytes, more than maxMemory \(1000000\)/,
    ],
  ])('%s', async (_what, options, reason, printed = /^$/) => {
    await expectStderr(printed, () =>
      withPool({ maxWorkers: 2, ...options }, async (pool) => {
        const futures = [1, 2, 3].map((n) => pool.submit(identity, n));
        const failures = await Promise.all(futures.map(failureOf));
        for (const failure of failures) {
          expect(failure).toMatchObject({ name: 'BrokenProcessPool', code: 'HEDDLE_BROKEN_PROCESS_POOL' });
          expect(failure.message).toMatch(reason);
        }
        expect(new Set(failures).size).toBe(3);
        expect(() => pool.submit(identity, 4)).toThrow(reason);
      }),
    );
  });
});

describe('options of the wrong kind are refused at construction, by name', () => {
  test.each<[options: object, error: RegExp]>([
    [{ env: { PORT: 80 } }, /env\.PORT must be a string, got 80/],
    [{ env: null }, /env/],
    [{ execPath: 1 }, /execPath/],
    [{ execArgv: '--inspect' }, /execArgv/],
    [{ execArgv: ['--a', 2] }, /execArgv\[1\]/],
    [{ cwd: 3 }, /cwd/],
    [{ maxMemory: 0 }, /maxMemory/],
    [{ maxMemory: 'much' }, /maxMemory/],
    [{ prefixOutput: 'yes' }, /prefixOutput/],
    [{ processNamePrefx: 'x' }, /processNamePrefx.*processNamePrefix/],
  ])('%o', (options, error) => {
    expect(() => new ProcessPoolExecutor(options as never)).toThrow(error);
  });

  test('terminateWorkers takes a graceMs of at least 0', async () => {
    await withPool({}, async (pool) => {
      expect(await failureOf(pool.terminateWorkers({ graceMs: -1 }))).toMatchObject({ name: 'RangeError' });
    });
  });
});

test('cwd, env and execArgv reach the workers', async () => {
  await withPool({ maxWorkers: 1, cwd: '/', env: { COLOUR: 'madder' }, execArgv: ['--no-warnings'] }, async (pool) => {
    const seen = await pool.submit(() => [process.cwd(), process.env['COLOUR'], process.env['PATH'], process.execArgv]);
    expect(seen).toEqual(['/', 'madder', undefined, ['--no-warnings']]);
  });
});
