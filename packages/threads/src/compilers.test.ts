/**
 * Functions that real compilers made, at test time: a worker runs them to the same values.
 *
 * @workers
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformAsync } from '@babel/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import swc from '@swc/core';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { startProgram } from '@heddle/testkit/support';

const fixtures = new URL('../fixtures/compiled/', import.meta.url);
const source = readFileSync(new URL('source.ts', fixtures), 'utf8');
const file = fileURLToPath(new URL('source.ts', fixtures));

// Deprecated by TypeScript 6, and in use.
/* eslint-disable @typescript-eslint/no-deprecated */
const es5 = ts.ScriptTarget.ES5;
const iterate = { downlevelIteration: true };
/* eslint-enable @typescript-eslint/no-deprecated */

function byTypeScript(target: ts.ScriptTarget): string {
  return ts.transpileModule(source, { compilerOptions: { target, module: ts.ModuleKind.ESNext, ...iterate } }).outputText;
}

async function byBabel(targets: string): Promise<string> {
  // Babel's own parser of TypeScript is a package more: types go first, nothing else.
  const presets = [['@babel/preset-env', { targets, modules: false }]];
  const result = await transformAsync(byTypeScript(ts.ScriptTarget.ESNext), { presets, configFile: false, babelrc: false });
  return result?.code ?? '';
}

async function bySwc(target: swc.JscTarget, minify = false): Promise<string> {
  const { code } = await swc.transform(source, {
    swcrc: false,
    configFile: false,
    minify,
    jsc: { parser: { syntax: 'typescript' }, target, ...(minify ? { minify: { compress: true, mangle: { toplevel: true } } } : {}) },
    module: { type: 'es6' },
  });
  return code;
}

async function byEsbuild(options: esbuild.TransformOptions): Promise<string> {
  return (await esbuild.transform(source, { loader: 'ts', format: 'esm', sourcefile: file, ...options })).code;
}

async function bundled(options: esbuild.BuildOptions): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

const compilers: Readonly<Record<string, () => string | Promise<string>>> = {
  'TypeScript, ES2022': () => byTypeScript(ts.ScriptTarget.ES2022),
  'TypeScript, ES2015': () => byTypeScript(ts.ScriptTarget.ES2015),
  'TypeScript, ES5': () => byTypeScript(es5),
  'Babel, Node 20': () => byBabel('node 20'),
  'Babel, Node 6': () => byBabel('node 6'),
  'SWC, ES2022': () => bySwc('es2022'),
  'SWC, ES2015': () => bySwc('es2015'),
  'SWC, minified': () => bySwc('es2022', true),
  esbuild: () => byEsbuild({}),
  'esbuild, keepNames': () => byEsbuild({ keepNames: true }),
  'esbuild, ES2016': () => byEsbuild({ target: 'es2016' }),
  'esbuild, minified': () => byEsbuild({ minify: true }),
  'esbuild, minified, keepNames': () => byEsbuild({ minify: true, keepNames: true }),
  'esbuild, bundled': () => bundled({}),
  'esbuild, bundled and minified': () => bundled({ minify: true }),
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-compiled-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The address of a module with this text, beside what it imports. */
function written(name: string, text: string): string {
  const at = join(folder, `${name.replaceAll(/\W+/g, '-')}.mjs`);
  copyFileSync(new URL('helper.mjs', fixtures), join(folder, 'helper.mjs'));
  writeFileSync(at, text);
  return pathToFileURL(at).href;
}

interface Row {
  readonly name: string;
  readonly here: unknown;
  readonly there: unknown;
}

async function rowsOf(module: string, flags: readonly string[] = []): Promise<Row[]> {
  const { code, stdout, stderr } = await startProgram(new URL('runner.mjs', fixtures), [module], flags).ended;
  expect([code, stderr]).toEqual([0, '']);
  const rows = JSON.parse(stdout) as Row[];
  expect(rows.length).toBeGreaterThan(20);
  return rows;
}

async function expectSame(module: string, flags: readonly string[] = []): Promise<void> {
  const rows = await rowsOf(module, flags);
  expect(rows.map(({ name, there }) => [name, there])).toEqual(rows.map(({ name, here }) => [name, here]));
  expect(rows.filter(({ here }) => !Object.hasOwn(here as object, 'value'))).toEqual([]);
}

describe('compiled by', () => {
  test.each(Object.entries(compilers))('%s', async (name, compile) => {
    await expectSame(written(name, await compile()));
  });

  test('Babel, Internet Explorer 11: async functions, generators and subclasses are refused, the rest works', async () => {
    const rows = await rowsOf(written('ie', await byBabel('ie 11')));
    const refused = rows.filter(({ there }) => Object.hasOwn(there as object, 'error'));
    expect(refused.map(({ name }) => name)).toEqual(['async', 'async in a loop', 'generator within', 'captured subclass']);
    for (const { there } of refused)
      expect(there).toEqual({
        error: expect.stringMatching(
          /^SerializationError: captured "\w+" .*(it assigns to "t" of the code around it|it is a bound function)/,
        ),
      });
    const others = rows.filter((row) => !refused.includes(row));
    expect(others.map(({ name, there }) => [name, there])).toEqual(others.map(({ name, here }) => [name, here]));
  });

  test('tsx, as it is loaded', () => expectSame(new URL('source.ts', fixtures).href, ['--import', 'tsx']));
});
