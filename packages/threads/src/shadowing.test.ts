/**
 * Functions among variables of all kinds of scopes, with the names of imports and globals: a worker sees what they see here.
 *
 * @workers
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformAsync } from '@babel/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import swc from '@swc/core';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { startProgram } from '@heddle/testkit/support';
import { evaluatedModule, shadowedModule } from './test-support/shadowed-module.js';

const fixtures = new URL('../fixtures/shadowed/', import.meta.url);
const COUNT = 60;

/** From a module of this text to another of the same meaning. */
type Compile = (text: string) => string | Promise<string>;

async function byBabel(text: string, targets: string): Promise<string> {
  const result = await transformAsync(text, {
    presets: [['@babel/preset-env', { targets, modules: false }]],
    configFile: false,
    babelrc: false,
  });
  return result?.code ?? '';
}

async function bySwc(text: string): Promise<string> {
  const jsc = { parser: { syntax: 'ecmascript' }, target: 'es2022', minify: { compress: true, mangle: { toplevel: true } } } as const;
  return (await swc.transform(text, { swcrc: false, configFile: false, minify: true, jsc, module: { type: 'es6' } })).code;
}

async function bundled(text: string): Promise<string> {
  const stdin = { contents: text, resolveDir: fileURLToPath(fixtures) };
  const { outputFiles } = await esbuild.build({
    stdin,
    logLevel: 'error',
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    minify: true,
  });
  return outputFiles[0]?.text ?? '';
}

const compilers: Readonly<Record<string, Compile>> = {
  'as it is': (text) => text,
  'TypeScript, ES2015': (text) =>
    ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2015, module: ts.ModuleKind.ESNext } }).outputText,
  'Babel, Node 6': (text) => byBabel(text, 'node 6'),
  'SWC, minified': bySwc,
  'esbuild, minified': async (text) => (await esbuild.transform(text, { minify: true, format: 'esm' })).code,
  'esbuild, bundled and minified': bundled,
  'esbuild, CommonJS': async (text) => {
    const code = await byEsbuildToCommonJs(text);
    return requiresModules ? code : code.replaceAll('./helper.mjs', './helper.cjs');
  },
};

/** Whether this Node can `require` an ES module; Node 20.12 can't. */
const requiresModules = (process.features as { require_module?: boolean }).require_module === true;

async function byEsbuildToCommonJs(text: string): Promise<string> {
  return (await esbuild.transform(text, { format: 'cjs', platform: 'node' })).code;
}

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-shadowed-'));
  const helper = readFileSync(new URL('helper.mjs', fixtures), 'utf8');
  writeFileSync(join(folder, 'helper.mjs'), helper);
  writeFileSync(join(folder, 'helper.cjs'), await byEsbuildToCommonJs(helper));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  const at = join(folder, name);
  writeFileSync(at, text);
  return pathToFileURL(at).href;
}

interface Row {
  readonly label: string;
  readonly there: { readonly error?: string };
}

/** V8 does not show the name of a function expression within it: that is refused, and the message says what to do. */
const isHiddenName = ({ label, there: { error = '' } }: Row): boolean =>
  label.includes('named function') && /V8 does not show: name it, as in closure\(fn, \{/.test(error);

async function differing(modules: readonly string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await startProgram(new URL('runner.mjs', fixtures), modules).ended;
  expect({ code, stderr, counts: [...stderr.matchAll(/ (\d+)$/gm)].every(([, count]) => Number(count) >= COUNT) }).toMatchObject({
    code: 0,
    counts: true,
  });
  return (JSON.parse(stdout) as Row[]).filter((row) => !isHiddenName(row));
}

const seeds = [1, 2, 3];

test.each(Object.entries(compilers))('compiled by: %s', async (name, compile) => {
  const ending = name.includes('CommonJS') ? 'cjs' : 'mjs';
  const texts = await Promise.all(seeds.map(async (seed) => compile(shadowedModule(seed, COUNT))));
  expect(await differing(texts.map((text, i) => written(`${name.replaceAll(/\W+/g, '-')}-${String(i)}.${ending}`, text)))).toEqual([]);
});

test('in CommonJS, sloppy code among them', async () => {
  expect(await differing(seeds.map((seed) => written(`commonjs-${String(seed)}.cjs`, shadowedModule(seed, COUNT, 'commonjs'))))).toEqual(
    [],
  );
});

test('in one program: what is known of evaluated code is not taken for a module, and the other way round', async () => {
  const modules = seeds.flatMap((seed) => [
    written(`mixed-${String(seed)}-evaluated.mjs`, evaluatedModule(seed, COUNT)),
    written(`mixed-${String(seed)}.mjs`, shadowedModule(seed, COUNT)),
    written(`mixed-${String(seed)}.cjs`, shadowedModule(seed, COUNT, 'commonjs')),
  ]);
  expect(await differing(modules)).toEqual([]);
});

test('evaluated, each by itself', async () => {
  expect(await differing(seeds.map((seed) => written(`evaluated-${String(seed)}.mjs`, evaluatedModule(seed, COUNT))))).toEqual([]);
});
