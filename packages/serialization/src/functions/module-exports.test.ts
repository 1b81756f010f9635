import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { requireOfNode } from '../require-of-node.js';
import { moduleExports, withModules } from './module-exports.js';

const folder = mkdtempSync(join(tmpdir(), 'heddle-module-exports-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function load(name: string): { file: string; exports: object } {
  const file = join(folder, name);
  writeFileSync(file, 'exports.act = () => undefined;');
  return { file, exports: requireOfNode(file) as object };
}

test('a module is recognised that took the place of another in require.cache', () => {
  const first = load('first.cjs');
  expect(moduleExports(first.exports)).toEqual({ module: pathToFileURL(first.file).href, isDoubtful: false });
  Reflect.deleteProperty(requireOfNode.cache, first.file);
  const second = load('second.cjs');
  expect(moduleExports(second.exports)).toEqual({ module: pathToFileURL(second.file).href, isDoubtful: false });
});

test('each function that is encoded finds the modules loaded before it', () => {
  withModules(() => moduleExports({ act: () => undefined }));
  const { file, exports } = load('third.cjs');
  expect(withModules(() => withModules(() => moduleExports(exports)))).toEqual({ module: pathToFileURL(file).href, isDoubtful: false });
});

test('the modules are listed once while a function is encoded', () => {
  const cache = requireOfNode.cache;
  let times = 0;
  const ofTest = new Proxy(cache, {
    ownKeys(target) {
      times++;
      return Reflect.ownKeys(target);
    },
  });
  Object.assign(requireOfNode, { cache: ofTest });
  try {
    withModules(() => {
      for (let i = 0; i < 3; i++) withModules(() => moduleExports({ act: () => i }));
    });
    expect(times).toBe(1);
    moduleExports({ act: () => undefined });
    expect(times).toBe(2);
  } finally {
    Object.assign(requireOfNode, { cache });
  }
});
