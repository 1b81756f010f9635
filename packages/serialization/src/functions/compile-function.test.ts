import { describe, expect, test } from '@jest/globals';
import { SerializationError } from '@heddle/futures/errors';

import { FunctionFactory } from './compile-function.js';
import type { FunctionSource, LoadedFunction } from './function-descriptor.js';

function source(parts: Partial<FunctionSource>): FunctionSource {
  return {
    kind: 'source',
    id: '',
    name: '',
    source: '() => 1',
    form: 'expression',
    strict: true,
    importsModules: false,
    url: 'file:///app/main.js',
    line: 0,
    column: 0,
    captures: [],
    imports: [],
    ...parts,
  };
}

const compileFunction = (parts: FunctionSource): LoadedFunction => new FunctionFactory(parts).with({});

function thrownAt(fn: () => unknown): string | undefined {
  try {
    fn();
  } catch (error) {
    const frame = (error as Error).stack?.split('\n')[1] ?? '';
    return /[^/(]*:\d+:\d+/.exec(frame)?.[0];
  }
  return undefined;
}

describe('FunctionFactory', () => {
  test.each<[form: FunctionSource['form'], text: string]>([
    ['expression', '(a) => a'],
    ['expression', 'function (a) { return a }'],
    ['method', 'method(a) { return a }'],
    ['method', '__proto__(a) { return a }'],
    ['nameless method', '(a) { return a }'],
    ['nameless async method', '(a) { return a }'],
  ])('%s: %s', async (form, text) => {
    const fn = compileFunction(source({ form, source: text, name: 'given' }));
    expect(await fn(1)).toBe(1);
    expect(fn.name).toBe('given');
  });

  test('a function may assign to its own name, as a declaration may', () => {
    const text = 'function $count() { return ($count = function () { return 2; })(); }';
    const fn = compileFunction(source({ source: text, name: '$count', strict: true }));
    expect(fn()).toBe(2);
    expect(fn.name).toBe('$count');
    const throwing = 'function fail() { if (false) fail = 1; throw new Error() }';
    const at = throwing.indexOf('new') + 1;
    expect(thrownAt(compileFunction(source({ source: throwing, line: 9, column: 40 })))).toBe(`main.js:10:${String(at + 40)}`);
  });

  test.each<[form: FunctionSource['form'], text: string]>([
    ['expression', '() => { throw new Error() }'],
    ['method', 'm() { throw new Error() }'],
    ['nameless method', '() { throw new Error() }'],
  ])('positions on the first line are those of the module: %s', (form, text) => {
    const at = text.indexOf('new') + 1;
    expect(thrownAt(compileFunction(source({ form, source: text, line: 9, column: 0 })))).toBe(`main.js:10:${String(at)}`);
    expect(thrownAt(compileFunction(source({ form, source: text, line: 9, column: 40 })))).toBe(`main.js:10:${String(at + 40)}`);
  });

  test('a function of unknown place is named in stack traces', () => {
    const fn = compileFunction(source({ url: undefined, name: 'lost', source: '() => { throw new Error() }' }));
    expect(thrownAt(fn)).toMatch(/^\[heddle task lost\]:1:/);
  });

  test('strict or not', () => {
    const text = 'function () { return this === undefined }';
    expect(compileFunction(source({ source: text }))()).toBe(true);
    expect(compileFunction(source({ source: text, strict: false }))()).toBe(false);
  });

  test('says what does not compile', () => {
    const compile = (): unknown => compileFunction(source({ name: 'future', source: '() => |> 1' }));
    expect(compile).toThrow(SerializationError);
    expect(compile).toThrow(/^function "future" does not compile in the worker: /);
  });
});
