/**
 * Tests the stacks of programs that were compiled or bundled, and of errors whose stacks are hard to make.
 *
 * @workers
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build, transform } from 'esbuild';
import { copyHeddleFiles } from './files.js';

const run = promisify(execFile);
const fixture = fileURLToPath(new URL('../fixtures/stacks/stacks.ts', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const source = readFileSync(fixture, 'utf8');
const lines = source.split('\n');
let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-stacks-')));
  symlinkSync(modules, join(folder, 'node_modules'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Stacks = Readonly<Record<string, string>>;

async function stacksOf(...args: string[]): Promise<Stacks> {
  const { stdout } = await run(process.execPath, args, { timeout: 60_000, cwd: folder });
  return JSON.parse(stdout) as Stacks;
}

/** Returns the number of the fixture's line with a mark, counted from 1. */
const marked = (mark: string): number => lines.findIndex((line) => line.endsWith(`// line: ${mark}`)) + 1;

/** Returns the numbers of a file's lines that a stack shows, each once. */
function shown(stack: string, file: string): number[] {
  const found = [...stack.matchAll(/^\s+at .*?([^/\\]+):(\d+):\d+\)?$/gm)].map(([, name, line]) => (name === file ? Number(line) : NaN));
  return [...new Set(found)];
}

function expectUsersLines(stacks: Stacks, file: string): void {
  const kinds = ['threads', 'inline', 'processes'];
  for (const kind of kinds) {
    for (const how of ['submit', 'map', 'bounded map', 'async', 'view']) {
      const stack = stacks[`${kind} ${how}`] ?? '';
      expect(stack).toMatch(/^RangeError: \d\n[^]*\n {4}--- submitted ---\n/);
      expect([kind, how, ...shown(stack, file)]).toEqual([kind, how, marked('thrown'), marked(how)]);
    }
    if (kind !== 'inline') expect([kind, ...shown(stacks[`${kind} refused`] ?? '', file)]).toEqual([kind, marked('refused')]);
  }
  expect(shown(stacks['queue'] ?? '', file)).toEqual([marked('queue')]);
}

describe("stacks show the user's lines, and none of Heddle's", () => {
  test('of a program as it is written, in a package without a type, under tsx', async () => {
    const stacks = await stacksOf('--import', import.meta.resolve('tsx'), fixture, 'all');
    expectUsersLines(stacks, 'stacks.ts');
  });

  test('of a compiled program under source maps', async () => {
    const { code } = await transform(source, { loader: 'ts', format: 'esm', sourcemap: 'inline', sourcefile: 'stacks.ts' });
    writeFileSync(join(folder, 'compiled.mjs'), `\n\n${code}`.slice(2));
    const stacks = await stacksOf('--enable-source-maps', join(folder, 'compiled.mjs'), 'all');
    expectUsersLines(stacks, 'stacks.ts');
    expect(shown(stacks['thread'] ?? '', 'stacks.ts')).toEqual([marked('thrown'), marked('thread') - 1, marked('thread')]);
  });

  test("under --frozen-intrinsics, where Error.stackTraceLimit can't be assigned", async () => {
    const { code } = await transform(source, { loader: 'ts', format: 'esm' });
    writeFileSync(join(folder, 'frozen.mjs'), code);
    const stacks = await stacksOf('--frozen-intrinsics', join(folder, 'frozen.mjs'), 'all');
    for (const [name, stack] of Object.entries(stacks)) {
      expect([name, stack]).toEqual([
        name,
        expect.stringMatching(name.endsWith('refused') || name === 'queue' ? /^SerializationError: / : /^RangeError: /),
      ]);
      expect(new Set(shown(stack, 'frozen.mjs'))).not.toContain(NaN);
    }
    expect(Object.keys(stacks)).toHaveLength(19);
  });
});

describe('every error arrives from a bundle with Heddle inside', () => {
  test.each([
    ['an ES module', 'esm', 'bundle.mjs'],
    ['a CommonJS one', 'cjs', 'bundle.cjs'],
  ] as const)('%s', async (_name, format, file) => {
    await build({
      entryPoints: [fixture],
      bundle: true,
      platform: 'node',
      format,
      outfile: join(folder, file),
      nodePaths: [modules],
      logLevel: 'error',
    });
    copyHeddleFiles(folder);
    const stacks = await stacksOf(join(folder, file));
    for (const kind of ['threads', 'inline']) {
      for (const how of ['submit', 'map', 'bounded map', 'async']) {
        expect(stacks[`${kind} ${how}`]).toMatch(
          /^RangeError: \d\n\s+at helper [^]*\n\s+at (?:async )?\S*inTask[^]*\n {4}--- submitted ---\n/,
        );
      }
    }
    expect(stacks['threads refused']).toMatch(/^SerializationError: args\[0\]/);
    expect(stacks['threads submit']).toMatch(new RegExp(`--- submitted ---\\n[^]*\\bmain\\d* .*${file.replace('.', '\\.')}`));
  });
});
