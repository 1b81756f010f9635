/** Where Heddle looks for its files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { programFile } from '#platform';
import { loadOwnFile, ownFile } from './own-file.js';

const folder = mkdtempSync(join(tmpdir(), 'heddle-own-file-'));
const beside = (name: string) => (): URL => new URL(name, pathToFileURL(join(folder, 'app.mjs')));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('ownFile', () => {
  test('finds a file beside the module that asks, and its exports', () => {
    writeFileSync(join(folder, 'heddle-a.cjs'), 'exports.answer = 42;');
    const file = ownFile('heddle-a.cjs', beside('./heddle-a.cjs'));
    expect(file).toEqual({ path: join(folder, 'heddle-a.cjs') });
    expect(loadOwnFile(file)).toEqual({ answer: 42 });
  });

  test('a file that is missing: names it, the places, and the remedy', () => {
    const ask = (): unknown => ownFile('heddle-none.cjs', beside('./heddle-none.cjs'));
    expect(ask).toThrow(join(folder, 'heddle-none.cjs'));
    expect(ask).toThrow(/heddle-none\.cjs is missing.*npx heddle-files FOLDER/s);
  });

  test('a file that is deleted is missing, and is found again when it is back', () => {
    const path = join(folder, 'heddle-b.cjs');
    const find = (): unknown => ownFile('heddle-b.cjs', beside('./heddle-b.cjs'));
    writeFileSync(path, '');
    expect(find()).toEqual({ path });
    rmSync(path);
    expect(find).toThrow(/heddle-b\.cjs is missing/);
    writeFileSync(path, '');
    expect(find()).toEqual({ path });
  });

  test('a module without an address, as in a bundle of CommonJS: beside the main file', () => {
    expect(() => ownFile('heddle-c.cjs', () => new URL('./heddle-c.cjs', undefined))).toThrow(/looked for it at/);
  });

  test('a module of dist/cjs: the file in dist/bundle', () => {
    for (const each of ['bundle', 'cjs']) mkdirSync(join(folder, 'dist', each), { recursive: true });
    const path = join(folder, 'dist/bundle/heddle-d.cjs');
    writeFileSync(path, '');
    expect(ownFile('heddle-d.cjs', beside('./dist/cjs/heddle-d.cjs'))).toEqual({ path });
    const copy = join(folder, 'dist/cjs/heddle-d.cjs'); // an application may be bundled into a folder of that name
    writeFileSync(copy, '');
    expect(ownFile('heddle-d.cjs', beside('./dist/cjs/heddle-d.cjs'))).toEqual({ path: copy });
  });

  test('a bundler that has put a path in the place of the URL', () => {
    const path = join(folder, '0123.cjs');
    writeFileSync(path, '');
    expect(ownFile('heddle-e.cjs', () => path as unknown as URL)).toEqual({ path });
  });

  test('an asset of a single executable application is run from its text', () => {
    expect(loadOwnFile({ text: "exports.isBuiltin = require('node:module').isBuiltin('fs'); exports.name = __filename;" })).toEqual({
      isBuiltin: true,
      name: process.execPath,
    });
  });
});

describe('programFile', () => {
  const [, main] = process.argv;

  afterEach(() => {
    process.argv[1] = main as string;
  });

  test.each([
    ['the main file', join(folder, 'app.mjs'), join(folder, 'app.mjs')],
    ['the executable that Bun has made', '/$bunfs/root/app', process.execPath],
    ['the executable that Bun has made on Windows', 'B:\\~BUN\\root\\app.exe', process.execPath],
  ])('is %s', (_what, given, expected) => {
    process.argv[1] = given;
    expect(programFile()).toBe(expected);
  });
});
