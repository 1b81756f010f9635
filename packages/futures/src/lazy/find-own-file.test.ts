/** Where Heddle looks for its files. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { findOwnFile } from './find-own-file.js';

const folder = mkdtempSync(join(tmpdir(), 'heddle-own-file-'));
const [, main] = process.argv;

afterEach(() => {
  process.argv[1] = main as string;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function find(name: string, beside: () => URL = () => pathToFileURL(join(folder, name))): ReturnType<typeof findOwnFile> {
  return findOwnFile(name, beside, { existsSync, fileURLToPath, argv: process.argv, execPath: process.execPath });
}

/** Writes an empty file. @returns its path */
function write(name: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

describe('findOwnFile', () => {
  test('beside the module that asks', () => {
    const path = write('heddle-a.cjs');
    expect(find('heddle-a.cjs')).toEqual({ path });
  });

  test('a file that is missing: names it, the places, and the remedy', () => {
    process.argv[1] = join(folder, 'bin/app.mjs');
    const places = [join(folder, 'heddle-none.cjs'), join(folder, 'bin/heddle-none.cjs')].join(' and ');
    const message = expect.stringContaining(`heddle-none.cjs is missing; looked for it at ${places}. `) as unknown;
    const found = find('heddle-none.cjs');
    expect(found).toMatchObject({ error: { code: 'HEDDLE_INVALID_STATE', message } });
    expect(found).toMatchObject({ error: { message: expect.stringContaining('run npx heddle-files FOLDER') as unknown } });
  });

  test('a file that is deleted is missing, and is found again when it is back', () => {
    const path = write('heddle-b.cjs');
    expect(find('heddle-b.cjs')).toEqual({ path });
    rmSync(path);
    expect(find('heddle-b.cjs')).toHaveProperty('error');
    write('heddle-b.cjs');
    expect(find('heddle-b.cjs')).toEqual({ path });
  });

  test('a module without an address, as in a bundle of CommonJS: beside the main file', () => {
    process.argv[1] = join(folder, 'app.cjs');
    const path = write('heddle-c.cjs');
    expect(find('heddle-c.cjs', () => new URL('./heddle-c.cjs', undefined))).toEqual({ path });
  });

  test('a module of dist/cjs: the file in dist/bundle', () => {
    const path = write('dist/bundle/heddle-d.cjs');
    const beside = (): URL => pathToFileURL(join(folder, 'dist/cjs/heddle-d.cjs'));
    expect(find('heddle-d.cjs', beside)).toEqual({ path });
    const copy = write('dist/cjs/heddle-d.cjs'); // an application may be bundled into a folder of that name
    expect(find('heddle-d.cjs', beside)).toEqual({ path: copy });
  });

  test('a bundler that has put a path in the place of the URL', () => {
    const path = write('0123.cjs');
    expect(find('heddle-e.cjs', () => path as unknown as URL)).toEqual({ path });
  });

  test.each(['/$bunfs/root/app', 'B:\\~BUN\\root\\app.exe'])('an executable that Bun has made, with the main file %s inside', (inside) => {
    process.argv[1] = inside;
    const error = { message: expect.stringContaining(` and ${join(dirname(process.execPath), 'heddle-f.cjs')}. `) as unknown };
    expect(find('heddle-f.cjs')).toMatchObject({ error });
  });
});
