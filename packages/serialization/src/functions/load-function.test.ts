import { describe, expect, test } from '@jest/globals';
import { TaskNotFoundError } from '@heddle/futures/errors';

import type { FunctionReference } from './function-descriptor.js';
import { registerReference } from './function-reference.js';
import { loadFunction } from './load-function.js';

function reference(file: string, name: string): FunctionReference {
  const module = file.includes(':') ? file : new URL(`../../fixtures/modules/${file}`, import.meta.url).href;
  return { kind: 'reference', id: `${module}#${name}`, module, name };
}

async function failure(file: string, name: string): Promise<TaskNotFoundError> {
  const error: unknown = await Promise.resolve(loadFunction(reference(file, name))).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TaskNotFoundError);
  return error as TaskNotFoundError;
}

describe('loadFunction, by reference', () => {
  test.each<[file: string, name: string, args: unknown[], expected: unknown]>([
    ['tasks.mjs', 'add', [1, 2], 3],
    ['tasks.mjs', 'default', [], 'default'],
    ['opaque.cjs', 'hidden', [], 'found'],
    ['node:path', 'basename', ['/a/b.c'], 'b.c'],
  ])('%s, %s', async (file, name, args, expected) => {
    const fn = await loadFunction(reference(file, name));
    expect(fn(...args)).toBe(expected);
  });

  test('finds a task that is exported under another name than its own', async () => {
    const target = reference('tasks.mjs', 'byDefault');
    const { default: fn } = (await import(target.module)) as { default: () => string };
    registerReference(fn, target.module, 'byDefault');
    expect(await loadFunction(target)).toBe(fn);
  });

  test('names the export that was meant', async () => {
    const { message, code } = await failure('tasks.mjs', 'adLater');
    expect(message).toMatch(/^task "adLater" not found in file:.*tasks\.mjs: no such export; did you mean "addLater"\?$/);
    expect(code).toBe('HEDDLE_TASK_NOT_FOUND');
  });

  test('names the exports that exist', async () => {
    expect((await failure('tasks.mjs', 'multiply')).message).toMatch(/the functions it exports are add, addLater, default$/);
    expect((await failure('data:text/javascript,export const a = 1', 'multiply')).message).toMatch(/exports no function/);
  });

  test('an export that is no function', async () => {
    expect((await failure('tasks.mjs', 'version')).message).toMatch(/is not a function but of type string$/);
  });

  test.each([
    ['absent.mjs', /could not be loaded: .*absent\.mjs/],
    ['incomplete.mjs', /incomplete\.mjs could not be loaded: .*absent\.mjs/],
    ['failing.mjs', /failing\.mjs could not be loaded: refuses to load$/],
  ])('a module that does not load: %s', async (file, message) => {
    const error = await failure(file, 'add');
    expect(error.message).toMatch(message);
    expect((error.cause as Error).message).toBeTruthy();
  });
});
