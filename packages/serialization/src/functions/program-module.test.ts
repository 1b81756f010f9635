/** Tasks that are looked for in the file of the program itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkProgramModule, exportsOf } from './program-module.js';

const folder = mkdtempSync(join(tmpdir(), 'heddle-program-module-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Looks for `scale` in an application's bundle with that text. */
function lookIn(text: string, isMain = true): void {
  const path = join(folder, `${String(Math.random())}.mjs`);
  writeFileSync(path, text);
  const module = pathToFileURL(path).href;
  checkProgramModule({ kind: 'reference', id: '', module, name: 'scale' }, module, isMain ? module : '');
}

describe('a task in the bundle that Heddle is inside of', () => {
  test('is refused where the bundle does not export it', () => {
    const look = (): void => {
      lookIn("import 'node:fs'; const scale = task(import.meta.url, function scale() {}); export { other };const other = 1;");
    };
    expect(look).toThrow(expect.objectContaining({ code: 'HEDDLE_TASK_NOT_FOUND' }));
    expect(look).toThrow(
      /task "scale" not found: its module file:.*mjs is the program's main file, which has Heddle inside and does not export it.*an entry of its own/,
    );
  });

  test('is refused where the bundle exports nothing, whatever file has started it', () => {
    expect(() => {
      lookIn("import 'node:fs'; const scale = task(import.meta.url, function scale() {});", false);
    }).toThrow(/is the application's bundle, which has Heddle inside and exports nothing/);
  });

  test('is looked for by the worker where the file may be a part that entries share, with names that a minifier made', () => {
    lookIn("import 'node:fs'; const a = task(import.meta.url, function scale() {});export{a as b};", false);
  });

  test.each([
    ['the export', 'export const scale = 1;'],
    ['another export that may be it', "export * from './tasks.js';"],
    ['a default export', 'export default { scale };const scale = 1;'],
    ['CommonJS', 'exports.scale = 1;'],
    ['no JavaScript', 'const scale: number = 1; export {};'],
  ])('is looked for by the worker where there is %s', (_what, text) => {
    lookIn(text);
  });

  test('tells other modules nothing', () => {
    checkProgramModule({ kind: 'reference', id: '', module: 'file:///elsewhere.mjs', name: 'scale' }, 'file:///bundle.mjs');
  });
});

describe('exportsOf', () => {
  test.each<[text: string, names: string[]]>([
    ['export const a = 1, b = 2; export function c() {} export class D {}', ['a', 'b', 'c', 'D']],
    ['const a = 1; export { a as b, a as "c d" };', ['b', 'c d']],
    ["export * as all from './a.js'; export default 1;", ['all', 'default']],
    ["#!/usr/bin/env node\nimport './a.js'; await 1;", []],
  ])('%s', (text, names) => {
    expect(exportsOf(text)).toEqual({ names: new Set(names), isOpen: false });
  });

  test('does not know what a pattern or another module adds', () => {
    expect(exportsOf('export const { a } = {};')?.isOpen).toBe(true);
    expect(exportsOf("export * from './a.js';")?.isOpen).toBe(true);
  });
});
