import { describe, expect, test } from '@jest/globals';

import { referenceOf } from './function-reference.js';
import { task } from './task.js';

const url = 'file:///app/tasks.js';

describe('task', () => {
  test('gives the function back, known by module and name', () => {
    const add = (a: number, b: number): number => a + b;
    expect(task(url, add)).toBe(add);
    expect(referenceOf(add)).toEqual({ kind: 'reference', id: `${url}#add`, module: url, name: 'add' });
  });

  test.each<[what: string, module: string | URL | ImportMeta, expected: string]>([
    ['import.meta.url', import.meta.url, import.meta.url],
    ['import.meta', import.meta, import.meta.url],
    ['a URL', new URL('./other.js', url), 'file:///app/other.js'],
    ['a URL with a query', `${url}?version=2`, `${url}?version=2`],
    ['an absolute path', '/app/with space#.js', 'file:///app/with%20space%23.js'],
    ['a built-in', 'node:path', 'node:path'],
    ['a built-in without its scheme', 'path', 'node:path'],
    ['a data URL', 'data:text/javascript,export%20{}', 'data:text/javascript,export%20{}'],
  ])('takes %s', (_what, module, expected) => {
    const fn = task(module, function named() {});
    expect(referenceOf(fn)?.module).toBe(expected);
  });

  test.each<[module: unknown, message: RegExp]>([
    ['./tasks.js', /"\.\/tasks\.js" is not an absolute.*import\.meta\.url.*new URL\('\.\/tasks\.js', import\.meta\.url\)/],
    ['../tasks.js', /new URL\('\.\.\/tasks\.js', import\.meta\.url\)/],
    ['lodash-es', /"lodash-es" is not an absolute.*import\.meta\.resolve\('lodash-es'\)/],
    ['@scope/name/deep.js', /"@scope\/name\/deep\.js" is not/],
    ['\0virtual:tasks', /"\\u0000virtual:tasks" is a module that a bundler has made.*put the task into a file/],
    ['', /must be import\.meta\.url.*got ""/],
    [undefined, /got undefined/],
    [{}, /got an object without url/],
    [42, /got 42/],
  ])('refuses the module %p', (module, message) => {
    expect(() => task(module as string, function named() {})).toThrow(message);
    expect(() => task(module as string, function named() {})).toThrow(TypeError);
  });

  test.each([[undefined], [null], [{}], ['function () {}']])('refuses %p for a function', (fn) => {
    expect(() => task(url, fn as never)).toThrow(/^task: fn must be a function, got/);
  });

  test('refuses a function without a name, and says how to give it one', () => {
    expect(() => task(url, () => 1)).toThrow(/no name.*function scale/);
    expect(() => task(url, () => 1)).toThrow(/task\(import\.meta\.url, fn, 'scale'\)$/);
    expect(() => task(url, () => 1)).toThrow(TypeError);
  });

  test('takes the name of the export, whatever the function is called', () => {
    expect(referenceOf(task(url, () => 1, 'scale'))).toMatchObject({ id: `${url}#scale`, name: 'scale' });
    expect(referenceOf(task(url, function minified() {}, 'scale'))).toMatchObject({ name: 'scale' });
    expect(referenceOf(task(url, function own() {}, undefined))).toMatchObject({ name: 'own' });
  });

  test.each<[name: unknown, got: string]>([
    ['', 'an empty string'],
    [null, 'null'],
    [{}, 'object'],
  ])('refuses the name %p', (name, got) => {
    expect(() => task(url, function named() {}, name as string)).toThrow(`task: name must be the name of the export, got ${got}`);
    expect(() => task(url, function named() {}, name as string)).toThrow(TypeError);
  });
});
