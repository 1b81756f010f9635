/**
 * Formats folders on worker processes, and compares with Prettier itself.
 *
 * @workers
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { ProcessPoolExecutor } from 'heddle';
import type * as FormatFolder from './format-folder.js';

// Workers load the built files.
const { formatFolder } = (await import(new URL('../dist/format-folder.js', import.meta.url).href)) as typeof FormatFolder;
const executor = new ProcessPoolExecutor({ maxWorkers: 2 });
afterAll(() => executor.shutdown());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-formatter-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const quiet = { show: 'none' } as const;
const ugly = 'const  a = {b:1};';
const neat = 'const a = { b: 1 };\n';

function plant(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
}

test('writes what Prettier makes of each file, and leaves others alone', async () => {
  plant({ 'a.js': ugly, 'deep/b.ts': ugly, 'neat.js': neat, 'notes.txt': ugly, 'node_modules/c.js': ugly, 'data.json': '{"a":1}' });
  const report = await formatFolder(folder, { executor, write: true, progress: quiet });
  expect(report.files).toBe(4);
  expect(report.changed.map((file) => file.slice(folder.length + 1)).sort()).toEqual(['a.js', 'data.json', 'deep/b.ts']);
  expect(report.failed).toEqual([]);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  expect([read('a.js'), read('deep/b.ts'), read('data.json')]).toEqual([neat, neat, '{ "a": 1 }\n']);
  expect([read('notes.txt'), read('node_modules/c.js')]).toEqual([ugly, ugly]);
});

test('without write, nothing is written', async () => {
  plant({ 'a.js': ugly });
  const report = await formatFolder(folder, { executor, write: false, progress: quiet });
  expect(report.changed).toHaveLength(1);
  expect(readFileSync(join(folder, 'a.js'), 'utf8')).toBe(ugly);
});

test('a file that can not be parsed fails alone', async () => {
  plant({ 'a.js': 'const = ;', 'b.js': ugly });
  const report = await formatFolder(folder, { executor, write: true, progress: quiet });
  expect(report.failed).toMatchObject([{ file: join(folder, 'a.js'), reason: expect.stringMatching(/Unexpected token/) as unknown }]);
  expect(report.changed).toEqual([join(folder, 'b.js')]);
});

test('equal texts are formatted once', async () => {
  const before = executor.statistics().finished;
  plant(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`copy-${String(i)}.js`, 'let   unique=1'])));
  const report = await formatFolder(folder, { executor, write: true, progress: quiet });
  expect(report.changed).toHaveLength(30);
  expect(executor.statistics().finished - before).toBe(1);
});

test('after an abort every file is as it was, or formatted, and none is left beside', async () => {
  plant(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`file-${String(i)}.js`, `let   n${String(i)}=1`])));
  const controller = new AbortController();
  const working = formatFolder(folder, { executor, write: true, signal: controller.signal, progress: quiet });
  await executor.submit(() => 'the workers run');
  controller.abort();
  await working;
  const names = readdirSync(folder);
  expect(names).toHaveLength(200);
  for (const name of names) {
    const n = /\d+/.exec(name)?.[0] ?? '';
    expect([`let   n${n}=1`, `let n${n} = 1;\n`]).toContain(readFileSync(join(folder, name), 'utf8'));
  }
});
