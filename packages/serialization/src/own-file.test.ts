/** Where Heddle looks for its files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
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

  test('a file that is missing: throws what findOwnFile says', () => {
    expect(() => ownFile('heddle-none.cjs', beside('./heddle-none.cjs'))).toThrow(/heddle-none\.cjs is missing/);
  });

  test('an asset of a single executable application is run from its text', () => {
    expect(loadOwnFile({ text: "exports.isBuiltin = require('node:module').isBuiltin('fs'); exports.name = __filename;" })).toEqual({
      isBuiltin: true,
      name: process.execPath,
    });
  });
});
