/**
 * Functions of CommonJS modules, written by hand and by compilers: the exports that they capture are required in the worker.
 *
 * @workers
 */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformAsync } from '@babel/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import swc from '@swc/core';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { startProgram } from '@heddle/testkit/support';

const fixtures = new URL('../fixtures/commonjs/', import.meta.url);
const source = readFileSync(new URL('source.ts', fixtures), 'utf8');

function byTypeScript(options: ts.CompilerOptions): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true, ...options };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

async function byBabel(): Promise<string> {
  const text = byTypeScript({ target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext });
  const presets = [['@babel/preset-env', { targets: 'node 20', modules: 'commonjs' }]];
  return (await transformAsync(text, { presets, configFile: false, babelrc: false }))?.code ?? '';
}

async function bySwc(minify = false): Promise<string> {
  const options: swc.Options = {
    swcrc: false,
    configFile: false,
    minify,
    jsc: {
      parser: { syntax: 'typescript' },
      target: 'es2022',
      ...(minify ? { minify: { compress: true, mangle: { toplevel: true } } } : {}),
    },
    module: { type: 'commonjs' },
  };
  return (await swc.transform(source, options)).code;
}

const compilers: Readonly<Record<string, () => string | Promise<string>>> = {
  TypeScript: () => byTypeScript({}),
  'TypeScript, ES2015': () => byTypeScript({ target: ts.ScriptTarget.ES2015 }),
  Babel: byBabel,
  SWC: () => bySwc(),
  'SWC, minified': () => bySwc(true),
  esbuild: async () => (await esbuild.transform(source, { loader: 'ts', format: 'cjs', platform: 'node' })).code,
  'esbuild, minified': async () => (await esbuild.transform(source, { loader: 'ts', format: 'cjs', platform: 'node', minify: true })).code,
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-commonjs-'));
  copyFileSync(new URL('helper.cjs', fixtures), join(folder, 'helper.cjs'));
  cpSync(new URL('packages/', fixtures), join(folder, 'node_modules'), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function outcome(text: string, name: string): Promise<{ rows: unknown; stderr: string }> {
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.cjs`);
  writeFileSync(file, text);
  const { stdout, stderr } = await startProgram(new URL('runner.mjs', fixtures), [pathToFileURL(file).href]).ended;
  const { count, rows } = JSON.parse(stdout === '' ? '{}' : stdout) as { count?: number; rows?: unknown };
  return { rows: count === undefined || count < 10 ? 'too few cases' : rows, stderr };
}

const fine = { rows: [], stderr: '' };

test.each(Object.entries(compilers))('compiled by: %s', async (name, compile) => {
  expect(await outcome(await compile(), name)).toEqual(fine);
});

test('written by hand', async () => {
  expect(await outcome(readFileSync(new URL('plain.cjs', fixtures), 'utf8'), 'plain')).toEqual(fine);
});
