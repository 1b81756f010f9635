/**
 * Whole programs, run by plain node: how they end, and what they print.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { startProgram, type Ending } from '@heddle/testkit/support';

const programs = new URL('../fixtures/programs.mjs', import.meta.url);

describe.each(['Pool', 'ThreadPool'])('%s', (kind) => {
  const run = (name: string, flags: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ending> =>
    startProgram(programs, [name, kind], flags, env).ended;
  const fine = { code: 0, signal: null, stderr: '' };

  test('test_worker_finalization_via_atexit: a pool that was forgotten does not keep the program', async () => {
    expect(await run('forgets')).toEqual({ ...fine, stdout: '1,2,3\n' });
  });

  test('pending results keep the program until they are there, and callbacks are called', async () => {
    expect(await run('pending')).toEqual({ ...fine, stdout: 'end of the program\n1,4,9\n' });
  });

  test('an imap that is not read on keeps nothing', async () => {
    expect(await run('halfRead')).toEqual({ ...fine, stdout: '0\n1\n4\n9\nread 12\n' });
  });

  test('test_resource_warning: a pool that was dropped needs no warning, its workers go', async () => {
    expect(await run('drops', ['--expose-gc'])).toEqual({ ...fine, stdout: 'workers are gone\n' });
  });

  test("test_traceback: the worker's frames, then the caller's, and none of the pool's", async () => {
    const { stdout } = await run('stack');
    expect(stdout).toMatch(
      /^RangeError: 123\n +at fail \(.*programs\.mjs:10:\d+\)\n +--- submitted ---\n +at submitHere \(.*programs\.mjs:11:\d+\)/,
    );
    expect(stdout).toMatch(/--- submitted ---\n +at mapHere \(.*programs\.mjs:13:\d+\)/);
    expect(stdout).toMatch(/--- submitted ---\n +at iterateHere \(.*programs\.mjs:15:\d+\)/);
    expect(stdout).not.toMatch(/packages\/\w+\/dist/);
  });
});
