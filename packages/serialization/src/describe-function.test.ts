import type * as path from 'node:path';

import { SerializationError } from '@heddle/futures/errors';
import { describe, expect, jest, test } from '@jest/globals';

import { createFunctionDescriber, describeFunction } from './describe-function.js';
import type { AnyFunction } from './function-descriptor.js';
import { inspectFunction } from './inspect-function.js';
import type { FunctionInspection, FunctionInspector } from './inspect-function.js';
import { task } from './task.js';
import { tasksOf } from './tasks-of.js';

const place = { url: 'file:///app/main.js', line: 4, column: 10 };

/** A describer whose look-ups are counted and answered from here. */
function counting(answer: (fn: AnyFunction) => FunctionInspection | undefined = () => ({ position: place, variables: [] })) {
  const inspect = jest.fn<FunctionInspector>((fn) => answer(fn));
  return { describe: createFunctionDescriber(inspect), inspect };
}

/** Where the compiler of the tests would rename variables, or take the text for its own. */
function fromText(text: string): AnyFunction {
  return (0, eval)(text) as AnyFunction;
}

function refusal(fn: unknown, describer = describeFunction): SerializationError {
  try {
    describer(fn as AnyFunction);
  } catch (error) {
    expect(error).toBeInstanceOf(SerializationError);
    return error as SerializationError;
  }
  throw new Error('it was not refused');
}

describe('describeFunction', () => {
  test('prefers a reference', () => {
    const outside = 1;
    const fn = task('file:///app/tasks.js', function named() { return outside; });
    expect(describeFunction(fn)).toMatchObject({ kind: 'reference', module: 'file:///app/tasks.js', name: 'named' });
    expect(describeFunction(tasksOf<typeof path>('node:path').join)).toMatchObject({ module: 'node:path', name: 'join' });
  });

  test('describes a function by its source and place', () => {
    const { describe: describer } = counting();
    const add = (a: number, b: number): number => a + b;
    expect(describer(add)).toEqual({
      kind: 'source',
      id: expect.stringMatching(/^[\w-]{43}$/),
      name: 'add',
      source: '(a, b)=>a + b',
      form: 'expression',
      strict: true,
      importsModules: false,
      ...place,
    });
  });

  test('can be posted, and not changed', () => {
    const descriptor = describeFunction(() => 1);
    expect(structuredClone(descriptor)).toEqual(descriptor);
    expect(Object.isFrozen(descriptor)).toBe(true);
  });

  test('the id tells texts, names and places apart', () => {
    const ids = [1, 2].flatMap((line) => {
      const { describe: describer } = counting(() => ({ position: { ...place, line }, variables: [] }));
      const named = () => 1;
      return [() => 1, () => 2, named].map((fn) => describer(fn).id);
    });
    expect(new Set(ids).size).toBe(6);
    const again = counting(() => ({ position: { ...place, line: 1 }, variables: [] })).describe(() => 1);
    expect(again.id).toBe(ids[0]);
  });

  describe('looks no further than it must', () => {
    test('once for a function', () => {
      const { describe: describer, inspect } = counting();
      const fn = (): void => {};
      const first = describer(fn);
      expect(describer(fn)).toBe(first);
      expect(inspect).toHaveBeenCalledTimes(1);
    });

    test('once for functions made anew from the same text', () => {
      const { describe: describer, inspect } = counting();
      const made = Array.from({ length: 1000 }, () => (n: number) => n + 1);
      expect(new Set(made.map(describer)).size).toBe(1);
      expect(inspect).toHaveBeenCalledTimes(1);
    });

    test('again for the same text under another name', () => {
      const { describe: describer, inspect } = counting();
      const one = () => 1;
      const two = () => 1;
      expect([describer(one), describer(two)].map(({ name }) => name)).toEqual(['one', 'two']);
      expect(inspect).toHaveBeenCalledTimes(2);
    });

    test('for each function where the place decides what it imports', () => {
      const url = (file: string) => `file:///app/${file}/index.js`;
      const places = new Map<AnyFunction, string>();
      const { describe: describer, inspect } = counting((fn) => ({ position: { ...place, url: url(places.get(fn) ?? '') }, variables: [] }));
      const make = (file: string) => {
        const fn = (name = './neighbour.js'): unknown => import(name);
        places.set(fn, file);
        return fn;
      };
      const [a, b, anotherA] = [make('a'), make('b'), make('a')].map(describer);
      expect([a, b]).toMatchObject([{ url: url('a') }, { url: url('b') }]);
      expect(anotherA).toBe(a);
      expect(inspect).toHaveBeenCalledTimes(3);
    });

    test('once where it imports built-ins only', () => {
      const { describe: describer, inspect } = counting();
      for (let i = 0; i < 10; i++) describer(() => import('node:path'));
      expect(inspect).toHaveBeenCalledTimes(1);
    });

    test('asks only about the globals the function uses', () => {
      const { describe: describer, inspect } = counting();
      describer(() => [Math.PI, console]);
      expect(inspect).toHaveBeenLastCalledWith(expect.any(Function), ['Math', 'console']);
    });
  });

  describe('without an inspector', () => {
    const { describe: describer } = counting(() => undefined);

    test('functions travel without their place', () => {
      expect(describer(() => 1)).toMatchObject({ url: undefined, line: 0, column: 0 });
      expect(describer(() => import('node:path'))).toMatchObject({ importsModules: true, url: undefined });
    });

    test('what they import must not depend on it', () => {
      expect(refusal((name: string) => import(name), describer).message).toMatch(/calls import\(\).*can't be found out.*task\(/);
    });
  });

  describe('refuses', () => {
    const captured = 1;
    class Some {
      instance = 1;
      static method = (): unknown => this;
    }

    test.each<[what: string, fn: unknown, message: RegExp]>([
      ['a capture', () => captured, /captures "captured": pass it as an argument, or import\(\).*, or put it in a module and mark it with task\(import\.meta\.url, fn\)$/],
      ['captures', () => [captured, place, refusal], /captures "captured", "place" and "refusal": pass them as arguments/],
      ['this of others', Some.method, /^function "method" .*uses this of the code around it/],
      ['a generator', function* () { yield 1; }, /generator.*not supported yet: return an array/],
      ['a class', Some, /^function "Some".* is a class: submit a function/],
      ['native code', Math.max, /^function "max" can't travel to a worker: it is native code.*wrap it/],
      ['a bound function', (() => 1).bind(null), /bound function/],
      ['a Proxy', new Proxy(() => 1, {}), /is a Proxy/],
      ['a revoked Proxy', (() => { const { proxy, revoke } = Proxy.revocable(() => 1, {}); revoke(); return proxy; })(), /is a Proxy/],
      ['code of unknown origin that imports by place', fromText("() => import('./x.js')"), /can't be found out/],
    ])('%s', (_what, fn, message) => {
      expect(refusal(fn).message).toMatch(message);
    });

    test('and says where the function is', () => {
      expect(refusal(() => captured).message).toMatch(/^an anonymous function \(\/.*describe-function\.test\.ts:\d+:\d+\) can't travel/);
    });

    test('and has the path of the first captured variable', () => {
      expect(refusal(() => [place, captured]).path).toBe('captured variable "place"');
      expect(refusal(Math.max).path).toBeUndefined();
    });

    test('a global that a variable hides', () => {
      const { message } = refusal(fromText('{ const crypto = { randomUUID() {} }; () => crypto.randomUUID(); }'));
      expect(message).toContain('captures "crypto" (here not the global "crypto")');
    });

    test('with a hint for names of other making', () => {
      const texts: [text: string, hint: RegExp][] = [
        ["() => require('fs')", /"require" belongs to a CommonJS module; await import\(\)/],
        ['() => __dirname', /"__dirname" belongs to a CommonJS module; pass it/],
        ['() => __name(1)', /esbuild \(tsx\)/],
        ['() => cov_1x().s[0]++', /Istanbul/],
        ['() => __awaiter(1)', /compiler/],
        ['() => _async_to_generator(1)', /compiler/],
      ];
      for (const [text, hint] of texts) expect(refusal(fromText(text)).message).toMatch(hint);
    });

    test('recursion by a variable, with the spelling that works', () => {
      const count = (n: number): number => (n === 0 ? 0 : count(n - 1));
      expect(refusal(count).message).toMatch(/"count" is the function itself: write it as function count\(\) \{\}/);
      expect(describeFunction(function count(n: number): number { return n === 0 ? 0 : count(n - 1); }).name).toBe('count');
    });

    test('many captures in few words', () => {
      const names = Array.from({ length: 20 }, (_, i) => `variable${String(i)}`);
      expect(refusal(fromText(`() => [${names.join()}]`)).message).toMatch(/"variable7" and 12 more:/);
    });
  });

  test('is not fooled by what a function says of itself', () => {
    const fn = Object.assign(() => 1, { toString: () => '() => evil', call: 1 });
    Object.defineProperty(fn, 'name', { get: () => { throw new Error('asked'); } });
    expect(describeFunction(fn)).toMatchObject({ source: '()=>1', name: '' });
  });

  test('a variable that holds the global itself hides nothing', () => {
    const fn = fromText('{ const { structuredClone } = globalThis; () => structuredClone(1); }');
    expect(describeFunction(fn)).toMatchObject({ kind: 'source' });
  });

  test('keeps no function alive', async () => {
    let fn: (() => number) | undefined = () => 1;
    const weak = new WeakRef(fn);
    describeFunction(fn);
    fn = undefined;
    for (let i = 0; i < 10 && weak.deref() !== undefined; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      (globalThis as unknown as { gc(): void }).gc();
    }
    expect(weak.deref()).toBeUndefined();
  });
});

describe('inspectFunction', () => {
  test('finds a function that is not on the stack, by one sweep', async () => {
    const { importers } = (await import(new URL('../fixtures/place/importers.js', import.meta.url).href)) as { importers: Record<string, [AnyFunction]> };
    const position = inspectFunction(importers['relative']![0], [])?.position;
    expect(position).toMatchObject({ line: 2, column: 15 });
    expect(position?.url).toMatch(/fixtures\/place\/importers\.js$/);
  });

  test('leaves nothing behind', () => {
    const before = Object.getOwnPropertySymbols(globalThis).length;
    inspectFunction(() => 1, ['Math']);
    expect(Object.getOwnPropertySymbols(globalThis)).toHaveLength(before);
  });
});
