import { createRequire } from 'node:module';
import type * as path from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';
import { SerializationError } from '@heddle/futures/errors';

import { createFunctionDescriber, describeFunction } from './describe-function.js';
import type { AnyFunction, FunctionSource } from './function-descriptor.js';
import { processInspector } from './inspect-function.js';
import type { FunctionInspector, FunctionLook } from './inspect-function.js';
import { sweeps } from './script-names.js';
import { task } from './task.js';
import { tasksOf } from './tasks-of.js';

const place = { url: 'file:///app/main.js', line: 4, column: 10 };

interface Seen {
  readonly position: typeof place;
  readonly variables?: FunctionLook['variables'];
}

/** Makes a describer with an inspector that counts its calls and answers as the test says. Scripts are numbered by their names. */
function counting(answer: (fn: AnyFunction) => Seen | undefined = () => ({ position: place })) {
  const look = jest.fn<FunctionInspector['look']>((fn) => {
    const seen = answer(fn);
    if (seen === undefined) return undefined;
    const {
      position: { url, line, column },
      variables = new Map(),
    } = seen;
    return { location: { scriptId: url, line, column }, variables, isInModule: true };
  });
  const describer = createFunctionDescriber({ look, scriptName: (scriptId) => scriptId, nameScript: () => undefined });
  return { describe: (fn: AnyFunction) => describer(fn), describeValue: (fn: AnyFunction) => describer(fn, true), look };
}

/** Makes a function from text. Otherwise the compiler of the tests would rename variables, or change the text. */
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
    const fn = task('file:///app/tasks.js', function named() {
      return outside;
    });
    expect(describeFunction(fn)).toMatchObject({ kind: 'reference', module: 'file:///app/tasks.js', name: 'named' });
    expect(describeFunction(tasksOf<typeof path>('node:path').join)).toMatchObject({ module: 'node:path', name: 'join' });
  });

  test('describes a function by its source and place', () => {
    const { describe: describer } = counting();
    const add = (a: number, b: number): number => a + b;
    expect(describer(add)).toEqual({
      captures: [],
      imports: [],
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
      const { describe: describer } = counting(() => ({ position: { ...place, line } }));
      const named = () => 1;
      return [() => 1, () => 2, named].map((fn) => describer(fn).id);
    });
    expect(new Set(ids).size).toBe(6);
    const again = counting(() => ({ position: { ...place, line: 1 } })).describe(() => 1);
    expect(again.id).toBe(ids[0]);
  });

  describe('looks no further than it must', () => {
    test('once for a function', () => {
      const { describe: describer, look } = counting();
      const fn = (): void => {};
      const first = describer(fn);
      expect(describer(fn)).toBe(first);
      expect(look).toHaveBeenCalledTimes(1);
    });

    test('once for a task that travels as a value too', () => {
      const { describe: describer, describeValue, look } = counting();
      const fn = (name = './neighbour.js'): unknown => import(name);
      const first = describer(fn);
      expect(describeValue(fn)).toBe(first);
      expect(look).toHaveBeenCalledTimes(1);
      const Value = fromText('(class Value {})');
      expect(describeValue(Value)).toMatchObject({ name: 'Value' });
      expect(() => describer(Value)).toThrow(/it is a class/);
    });

    test('once for functions made anew from the same text', () => {
      const { describe: describer, look } = counting();
      const made = Array.from({ length: 1000 }, () => (n: number) => n + 1);
      expect(new Set(made.map(describer)).size).toBe(1);
      expect(look).toHaveBeenCalledTimes(1);
    });

    test('again for the same text under another name', () => {
      const { describe: describer, look } = counting();
      const one = () => 1;
      const two = () => 1;
      expect([describer(one), describer(two)].map(({ name }) => name)).toEqual(['one', 'two']);
      expect(look).toHaveBeenCalledTimes(2);
    });

    test('for each function where the place decides what it imports', () => {
      const url = (file: string) => `file:///app/${file}/index.js`;
      const places = new Map<AnyFunction, string>();
      const { describe: describer, look } = counting((fn) => ({ position: { ...place, url: url(places.get(fn) ?? '') } }));
      const make = (file: string) => {
        const fn = (name = './neighbour.js'): unknown => import(name);
        places.set(fn, file);
        return fn;
      };
      const [a, b, anotherA] = [make('a'), make('b'), make('a')].map(describer);
      expect([a, b]).toMatchObject([{ url: url('a') }, { url: url('b') }]);
      expect(anotherA).toBe(a);
      expect(look).toHaveBeenCalledTimes(3);
    });

    test('once where it imports built-ins only', () => {
      const { describe: describer, look } = counting();
      for (let i = 0; i < 10; i++) describer(() => import('node:path'));
      expect(look).toHaveBeenCalledTimes(1);
    });

    test('always where a variable may have the name of a global, until many functions of one text had none', () => {
      let variables: FunctionLook['variables'] = new Map();
      const { describe: describer, look } = counting(() => ({ position: place, variables }));
      for (let i = 0; i < 64; i++) describer(() => Math.PI);
      expect(look).toHaveBeenCalledTimes(64);
      for (let i = 0; i < 60; i++) describer(() => Math.PI);
      expect(look).toHaveBeenCalledTimes(65); // the describer looks again now and then
      variables = new Map([['Math', { value: { PI: 3 }, scope: 'local', isUninitialised: false, isDoubtful: false }]]);
      const found = Array.from({ length: 200 }, () => (describer(() => Math.PI) as FunctionSource).captures.length);
      expect(found.slice(4)).toEqual(Array.from({ length: 196 }, () => 1));
    });

    test('asks only about the globals the function uses', () => {
      const { describe: describer, look } = counting();
      describer(() => [Math.PI, console]);
      expect(look).toHaveBeenLastCalledWith(expect.any(Function), ['Math', 'console']);
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
    let captured = 1; // eslint-disable-line @typescript-eslint/no-unused-vars -- only assigned to, in functions that are to be refused
    class Some {
      instance = 1;
    }

    test.each<[what: string, fn: unknown, message: RegExp]>([
      [
        'an assignment to a captured variable',
        () => {
          captured = 2;
        },
        /assigns to "captured" of the code around it.*return the new value instead$/,
      ],
      [
        'module and exports',
        (createRequire(import.meta.url)('../../fixtures/commonjs.cjs') as { ofModule: unknown }).ofModule,
        /uses "module" and "exports" of its CommonJS module/,
      ],
      [
        'a generator',
        function* () {
          yield 1;
        },
        /generator.*run it by executor\.stream\(\), or return an array/,
      ],
      ['a class', Some, /^function "Some".* is a class: submit a function/],
      ['native code', Proxy.revocable({}, {}).revoke, /can't travel to a worker: it is native code.*wrap it/],
      ['a bound function', (() => 1).bind(null), /bound function/],
      ['a Proxy', new Proxy(() => 1, {}), /is a Proxy/],
      [
        'a revoked Proxy',
        (() => {
          const { proxy, revoke } = Proxy.revocable(() => 1, {});
          revoke();
          return proxy;
        })(),
        /is a Proxy/,
      ],
      ['code of unknown origin that imports by place', fromText("() => import('./x.js')"), /can't be found out/],
    ])('%s', (_what, fn, message) => {
      expect(refusal(fn).message).toMatch(message);
    });

    test('and says where the function is', () => {
      expect(
        refusal(() => {
          captured = 2;
        }).message,
      ).toMatch(/^an anonymous function \(\/.*describe-function\.test\.ts:\d+:\d+\) can't travel/);
    });

    test('and has the path of the first captured variable', () => {
      expect(
        refusal(() => {
          captured += place.line;
        }).path,
      ).toBe('captured variable "captured"');
      expect(refusal(Proxy.revocable({}, {}).revoke).path).toBeUndefined();
    });

    test('many names in few words', () => {
      const names = Array.from({ length: 20 }, (_, i) => `variable${String(i)}`);
      expect(refusal(fromText(`() => { ${names.join('++;')}++ }`)).message).toMatch(/"variable7" and 12 more of the code/);
    });
  });

  test('is not fooled by what a function says of itself', () => {
    const fn = Object.assign(() => 1, { toString: () => '() => evil', call: 1 });
    Object.defineProperty(fn, 'name', {
      get: () => {
        throw new Error('asked');
      },
    });
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

describe('processInspector', () => {
  test('finds a function that is not on the stack, by one sweep', async () => {
    const { importers } = (await import(new URL('../../fixtures/place/importers.js', import.meta.url).href)) as {
      importers: Record<string, [AnyFunction]>;
    };
    const before = sweeps.count;
    for (let i = 0; i < 2; i++) {
      const { scriptId = '', ...position } = processInspector.look(importers['relative']![0], [])?.location ?? {};
      expect(position).toEqual({ line: 2, column: 15 });
      expect(processInspector.scriptName(scriptId, 'needed')).toMatch(/fixtures\/place\/importers\.js$/);
    }
    expect(sweeps.count).toBe(before + 1);
  });

  test('names a script on the stack without a sweep, however deep below it', () => {
    const before = sweeps.count;
    const fn = fromText('() => 1\n//# sourceURL=deep.js');
    const run = fromText(
      '(use) => { const deeper = (n) => (n === 0 ? use(() => 1) : deeper(n - 1)); return deeper(20); }\n//# sourceURL=deep.js',
    );
    const name = (run as unknown as (use: (fn: AnyFunction) => unknown) => unknown)((inner) => {
      const { scriptId = '' } = processInspector.look(inner, [])?.location ?? {};
      return processInspector.scriptName(scriptId, 'stack');
    });
    expect([name, typeof fn]).toEqual(['deep.js', 'function']);
    expect(sweeps.count).toBe(before);
  });

  test('evaluated code is swept for once, whatever its number', () => {
    describeFunction(fromText('(n) => n + 1'));
    const before = sweeps.count;
    for (let i = 0; i < 20; i++) {
      describeFunction(fromText('(n) => n + 1'));
      describeFunction(fromText(`(n) => n + 1 + ${String(i)}`));
    }
    expect(sweeps.count).toBe(before);
  });

  test('leaves nothing behind', () => {
    const before = Object.getOwnPropertySymbols(globalThis).length;
    processInspector.look(() => 1, ['Math']);
    expect(Object.getOwnPropertySymbols(globalThis)).toHaveLength(before);
  });
});
