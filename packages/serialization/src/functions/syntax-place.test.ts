/** Where a module, or one that it imports, has a syntax error. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { syntaxPlace } from './syntax-place.js';

const folder = mkdtempSync(join(tmpdir(), 'heddle-syntax-place-'));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name)).href;
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('syntaxPlace', () => {
  const broken = write('broken.mjs', 'export const a = 1;\nconst b = 1 +* 2;\n');

  test('names file, line and column', () => {
    expect(syntaxPlace(broken)).toBe(`${join(folder, 'broken.mjs')}:2:14`);
  });

  test('finds it in what the module imports, also in a circle', () => {
    write('middle.mjs', "import './top.mjs'; export * from './broken.mjs';");
    const top = write('top.mjs', "import 'node:fs'; import './middle.mjs'; import 'not-installed';");
    expect(syntaxPlace(top)).toMatch(/broken\.mjs:2:14$/);
  });

  test('in CommonJS', () => {
    expect(syntaxPlace(write('broken.cjs', 'return with;'))).toMatch(/broken\.cjs:1:8$/);
    expect(syntaxPlace(write('sloppy.js', 'return 010;'))).toBeUndefined();
  });

  test.each([
    ['a module without an error', write('good.mjs', 'export const a = await 1;')],
    ['TypeScript', write('typed.ts', 'const a: number = 1 +* 2;')],
    ['a module that is not there', pathToFileURL(join(folder, 'nowhere.mjs')).href],
    ['a module that is no file', 'data:text/javascript,1 +* 2'],
  ])('tells nothing of %s', (_what, module) => {
    expect(syntaxPlace(module)).toBeUndefined();
  });
});
