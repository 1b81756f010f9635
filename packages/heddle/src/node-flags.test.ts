/**
 * Heddle under options of Node that take something away.
 *
 * @workers
 */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('../fixtures/flags/program.mjs', import.meta.url));
const run = promisify(execFile);

async function outputOf(flags: readonly string[], isNamed = false): Promise<string[]> {
  const { stdout } = await run(process.execPath, [...flags, program, ...(isNamed ? ['named'] : [])]);
  return stdout.trim().split('\n');
}

const works = ['threads 6 4,5 false 7 RangeError: no', 'processes 15'];

describe('everything works', () => {
  test.each([['--frozen-intrinsics'], ['--disallow-code-generation-from-strings'], ['--disable-proto=delete'], ['--disable-proto=throw']])(
    'under %s',
    async (flag) => {
      expect(await outputOf([flag])).toEqual(works);
    },
  );
});

describe("under Node's permission model", () => {
  const model = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  /** Node 26 counts the pipes of a process as network. */
  const net = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
  const all = [model, '--allow-fs-read=*', '--allow-worker', '--allow-child-process', `--allow-fs-write=${tmpdir()}`, ...net];
  const without = (flag: string): string[] => all.filter((each) => !each.startsWith(flag));

  test('captures need names, since there is no inspector', async () => {
    const [threads] = await outputOf(all);
    expect(threads).toMatch(/SerializationError.*captures factor.*there is no inspector.*closure\(fn, \{ factor \}\)/);
  });

  test('with names, all of it works', async () => {
    expect(await outputOf(all, true)).toEqual(works);
  });

  test.each([
    ['--allow-worker', /^threads BrokenThreadPool .*start this program with --allow-worker/],
    ['--allow-child-process', /^processes BrokenProcessPool .*start this program with --allow-child-process/],
    ['--allow-fs-write', /^processes BrokenProcessPool .*start this program with --allow-fs-write=/],
    ...net.map((flag): [string, RegExp] => [flag, /^processes BrokenProcessPool .*start this program with --allow-net/]),
  ])('without %s the error names it', async (flag, expected) => {
    const lines = await outputOf(without(flag), true);
    expect(lines.filter((line) => expected.test(line))).toHaveLength(1);
  });
});
