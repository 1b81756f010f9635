import { inspect } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { tasksOf } from '../index.js';
import { referenceOf } from './function-reference.js';

interface Module {
  add(a: number, b: number): number;
  addLater(a: number, b: number): Promise<number>;
  default(): string;
  version: string;
}

const module = new URL('../../fixtures/modules/tasks.mjs', import.meta.url);

describe('tasksOf', () => {
  test('gives stubs that are references', () => {
    const tasks = tasksOf<Module>(module);
    expect(referenceOf(tasks.add)).toEqual({ kind: 'reference', id: `${module.href}#add`, module: module.href, name: 'add' });
    expect(tasks.add.name).toBe('add');
    expect(tasks.default.name).toBe('default');
  });

  test('gives the same stub each time', () => {
    const tasks = tasksOf<Module>(module);
    const { add } = tasks;
    expect(tasks.add).toBe(add);
  });

  test('a stub called directly imports the module and calls the export', async () => {
    const tasks = tasksOf<Module>(module);
    await expect(tasks.add(1, 2)).resolves.toBe(3);
    await expect(tasks.addLater(1, 2)).resolves.toBe(3);
    await expect(tasks.default()).resolves.toBe('default');
  });

  test('the types of the stubs are those of the exports, and only functions have one', () => {
    const tasks = tasksOf<Module>(module);
    const add: (a: number, b: number) => number = tasks.add;
    // @ts-expect-error -- a string is not a task
    expect([typeof add, typeof tasks.version]).toEqual(['function', 'function']);
  });

  test('survives what looks into it', async () => {
    const tasks = tasksOf<Module>(module);
    expect(await Promise.resolve(tasks)).toBe(tasks);
    expect(JSON.stringify(tasks)).toBe('{}');
    expect(inspect(tasks)).toContain('{}');
    expect(tasks).toEqual(tasks);
    expect((tasks as unknown as Record<symbol, unknown>)[Symbol.iterator]).toBeUndefined();
    expect('add' in tasks).toBe(true);
    expect('then' in tasks).toBe(false);
    expect(() => Object.assign(tasks, { add: 1 })).toThrow(TypeError);
  });

  test('refuses relative and bare specifiers', () => {
    expect(() => tasksOf('./tasks.mjs')).toThrow(/^tasksOf: "\.\/tasks\.mjs" is not an absolute.*new URL/);
    expect(() => tasksOf('lodash-es')).toThrow(TypeError);
  });
});
