/** Tests functions as values: encoded, cloned, and decoded again, in one realm. */
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { describe, expect, test } from '@jest/globals';

import { serializable } from './classes/serializable.js';
import { CaptureReader } from './functions/capture.js';
import { closure } from './functions/closure.js';
import { takePendingLoads } from './functions/decode-function.js';
import { describeFunction } from './functions/describe-function.js';
import type { AnyFunction, FunctionSource } from './functions/function-descriptor.js';
import { processInspector } from './functions/inspect-function.js';
import { readImports } from './functions/module-imports.js';
import { decodeValue } from './values/decode.js';
import { encodeValue } from './values/encode.js';
import './functions/encode-function.js';

const fixture = (await import(new URL('../fixtures/closures.mjs', import.meta.url).href)) as {
  fixed: number;
  count: () => void;
  ofConstants: (n: number) => number;
  ofVariable: (n: number) => number;
  ofImports: () => unknown[];
  make: (n: number) => { read: () => number; set: (n: number) => void };
  early: () => () => string;
  keepNames: (n: number) => unknown[];
};

class Counter {
  count = 5;
  readonly add = (n: number): number => (this.count += n);
}
serializable(Counter, { name: 'closures Counter' });

async function there<F>(fn: F): Promise<F> {
  const { value, encoded } = encodeValue<unknown>(fn, 'value', false, 'process');
  expect(encoded).toBe(true);
  const decoded = decodeValue(structuredClone(value), 'code') as F;
  await takePendingLoads();
  return decoded;
}

describe('a function that travels', () => {
  test('has what it captured, and nothing of what came later', async () => {
    const fn = await there(fixture.ofVariable);
    fixture.count();
    expect([fn(1), fixture.ofVariable(1)]).toEqual([1, 2]);
    expect((await there(fixture.ofVariable))(1)).toBe(2);
    expect((await there(fixture.ofConstants))(1)).toBe(9);
  });

  test('of one text but another scope has values of its own', async () => {
    const [a, b] = [fixture.make(1), fixture.make(2)];
    a.set(10);
    expect([(await there(a.read))(), (await there(b.read))()]).toEqual([10, 2]);
  });

  test('imports again what its module imports', async () => {
    expect((await there(fixture.ofImports))()).toEqual(['function', true, '/', 3]);
  });

  test('with what compilers and coverage tools put in', async () => {
    expect((await there(fixture.keepNames))(1)).toEqual(['inner', 2, 1]);
  });

  test('refers to itself again, through objects and other functions', async () => {
    const node = { value: 1, self: (): unknown => node, sum: (n: number): number => (n === 0 ? 0 : node.value + node.sum(n - 1)) };
    const copy = await there(node);
    expect(copy.self()).toBe(copy);
    expect(copy.sum(3)).toBe(3);
    expect(copy).not.toBe(node);
  });

  test('classes that lead back to themselves: by a variable, an object, a function and another class', async () => {
    const registry: Record<string, unknown> = {};
    const make = (): object => new Warp();
    const Alias = class {
      readonly other = (): unknown => [Alias, registry['Alias'], make() instanceof Warp];
    };
    class Warp {
      readonly alias = Alias;
      twin(): object {
        return make();
      }
    }
    registry['Alias'] = Alias;
    const Copy = await there(Alias);
    const [own, registered, isWarp] = new Copy().other() as unknown[];
    expect([own === Copy, registered === Copy, isWarp]).toEqual([true, true, true]);
    const WarpCopy = await there(Warp);
    expect(new WarpCopy().twin()).toBeInstanceOf(WarpCopy);
  });

  test('a class that its own methods refer to', async () => {
    class Counter {
      static made = 0;
      n = 0;
      next(): Counter {
        return Object.assign(new Counter(), { n: this.n + 1 });
      }
    }
    const Copy = await there(Counter);
    expect(new Copy().next().next().n).toBe(2);
    expect(new Copy().next()).toBeInstanceOf(Copy);
  });

  test('what is its text in the one place keeps its name, line and strictness in the other', async () => {
    const failing = (): never => {
      throw new Error(String(fixture.fixed));
    };
    const here = /closures\.test\.ts:\d+/;
    let stack = '';
    try {
      (await there(failing))();
    } catch (error) {
      stack = (error as Error).stack ?? '';
    }
    expect(stack).toMatch(here);
  });

  test('globals of the language, found by identity', async () => {
    const values = { max: Math.max, slice: Array.prototype.slice, MathItself: { Math: 1 }, key: Object.keys };
    const copy = await there(values);
    expect([copy.max, copy.key].every((fn) => typeof fn === 'function')).toBe(true);
    expect(copy.max(1, 2)).toBe(2);
  });
});

test("functions of Node's own are those of the receiver", async () => {
  const { basename } = path;
  const given = {
    basename,
    read: fs.readFileSync,
    posix: path.posix.join,
    from: Buffer.from,
    hash: createHash,
    isDate: util.types.isDate,
    later: setTimeout,
    URL,
    Emitter: EventEmitter,
  };
  expect(await there(given)).toEqual(given);
  for (const [key, fn] of Object.entries(await there(given))) expect([key, fn === given[key as keyof typeof given]]).toEqual([key, true]);
  expect((await there((file: string) => [basename(file), given.isDate(1)]))('/a/b')).toEqual(['b', false]);
});

test('a function that a program put in the place of a global is its own', async () => {
  const { fetch: before } = globalThis;
  const mock = (): string => 'mocked';
  globalThis.fetch = mock as unknown as typeof fetch;
  try {
    const copied = await there(mock);
    expect(copied()).toBe('mocked');
    expect(copied).not.toBe(mock);
  } finally {
    globalThis.fetch = before;
  }
});

test('a variable that holds a global object has that of the receiver', async () => {
  const { performance: clock, process: self, console: output, Math: numbers } = globalThis;
  const copies = (await there(() => [clock, self, output, numbers]))();
  expect(copies.map((each, i) => each === [performance, process, console, Math][i])).toEqual([true, true, true, true]);
});

test('what CommonJS gives a module is told from variables of those names', async () => {
  const { ofRequire, ofOwn } = createRequire(import.meta.url)('../fixtures/commonjs.cjs') as Record<string, () => unknown>;
  expect((await there(ofRequire!))()).toEqual([
    'function',
    'b',
    expect.stringMatching(/fixtures\/commonjs\.cjs$/),
    expect.stringMatching(/fixtures$/),
  ]);
  expect((await there(ofOwn!))()).toEqual([1, 2, 3, 'here']);
});

test('what claims to be of a module of Node and is not is refused', async () => {
  for (const record of [
    { module: 'node:path', path: ['none'] },
    { module: './closures-helper.mjs', path: ['total'] },
    { module: 'node:path', path: ['basename', 'name', 'x'] },
  ]) {
    expect(() => decodeValue({ '\0heddle': 'global', ...record }, 'code')).toThrow(/there is no .* here/);
  }
});

test('a class that arrives as code is refused where only data is expected', () => {
  class Plain {
    n = 1;
  }
  serializable(Plain, { name: 'closures Plain' });
  const { value } = encodeValue<unknown>([new Plain()], 'value', false, 'process');
  const sent = structuredClone(value) as { classes: { id: string }[] };
  expect(sent.classes).toMatchObject([{ id: 'closures Plain', code: expect.anything() }]);
  const renamed = { ...sent, classes: sent.classes.map((each) => ({ ...each, id: 'closures nobody' })) };
  expect(() => decodeValue(structuredClone(renamed))).toThrow(/a function arrived by a way that is for data only/);
  const broken = { ...renamed, classes: renamed.classes.map((each) => ({ ...each, code: 5 })) };
  expect(() => decodeValue(structuredClone(broken), 'code')).toThrow(/class closures Plain can't be made of the code that came/);
});

test('a function that arrives where only data is expected is refused', () => {
  const { value } = encodeValue<unknown>({ on: [fixture.make] }, 'value', false, 'process');
  expect(() => decodeValue(structuredClone(value))).toThrow(/a function arrived by a way that is for data only/);
  const max = encodeValue<unknown>(Math.max, 'value', false, 'process').value;
  expect(() => decodeValue(structuredClone(max))).toThrow(/for data only/);
});

describe('closure()', () => {
  const factor = 2;

  test('names captures, where there is no inspector too', async () => {
    const blind = new CaptureReader({ look: () => undefined, scriptName: () => undefined, nameScript: () => undefined });
    const fn = closure((n: number) => n * factor, { factor });
    const descriptor = describeFunction(fn) as FunctionSource;
    expect([...blind.read(fn, descriptor)]).toEqual([['factor', 2]]);
    expect(() => blind.read((n: number) => n * factor, descriptor)).toThrow(
      /captures factor, which can't be found out here.*closure\(fn, \{ factor \}\)/,
    );
    expect((await there(closure(fn, { factor: 5 })))(1)).toBe(5);
    expect(closure(fn)(3)).toBe(6);
  });

  test("an arrow function's this, also one that holds the function", async () => {
    const counter = new Counter();
    const bound = [closure(counter.add, { this: counter }), counter] as const;
    const [add, arrived] = (await there(() => bound))();
    expect([add(2), add(3), arrived.count, counter.count]).toEqual([7, 10, 10, 5]);
    expect(arrived.add).toBe(add);
    await expect(there(counter.add)).rejects.toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      path: expect.stringMatching(/^value > captured "this" \(/),
      message: expect.stringMatching(/closure\(fn, \{ this: this \}\)/),
    });
  });

  test("an arrow function's this hides no variable, and has a name for each of the wrapper's", async () => {
    const [values, Base, self] = [1, 2, 3];
    const holder = {
      self,
      make(): () => unknown[] {
        return () => [values, Base, self, this === holder, path.basename('/a/b')];
      },
    };
    const fn = closure(holder.make(), { this: holder, holder });
    expect((await there(fn))()).toEqual([1, 2, 3, true, 'b']);
  });

  test.each<[args: unknown[], message: RegExp]>([
    [[() => 1, { this: undefined }], /"this" must be an object, got undefined/],
    [[() => 1, { this: 'text' }], /"this" must be an object, got string/],
    [[() => 1, { this: null }], /"this" must be an object, got null/],
    [[5], /fn must be a function, got number/],
    [[null], /got null/],
    [[() => 1, 'factor'], /captures must be an object/],
    [[() => 1, null], /captures must be an object/],
  ])('%p is refused', (args, message) => {
    expect(() => Reflect.apply(closure, undefined, args) as unknown).toThrow(message);
  });
});

describe('captures', () => {
  function counted(): { reader: CaptureReader; asked: string[][] } {
    const asked: string[][] = [];
    const reader = new CaptureReader({
      ...processInspector,
      look: (fn, names) => {
        asked.push([...names]);
        return processInspector.look(fn, names);
      },
    });
    return { reader, asked };
  }
  const read = (reader: CaptureReader, fn: AnyFunction): unknown => [...reader.read(fn, describeFunction(fn) as FunctionSource)];

  test('of constants are asked for twice at most, of variables each time', () => {
    const { reader, asked } = counted();
    for (let i = 0; i < 4; i++)
      expect(read(reader, fixture.ofConstants)).toEqual([
        ['fixed', 7],
        ['table', { a: 1 }],
      ]);
    expect(asked).toEqual([
      ['fixed', 'table'],
      ['fixed', 'table'],
    ]);
    asked.length = 0;
    for (let i = 0; i < 4; i++) read(reader, fixture.ofVariable);
    expect(asked).toHaveLength(4);
  });

  test('before their declaration are refused', async () => {
    const url = new URL('../fixtures/early.mjs', import.meta.url).href;
    const { failures } = (await import(url)) as { failures: string[] };
    expect(failures).toEqual([
      expect.stringMatching(/^captured "late" \(.*early\.mjs:\d+\): it has no value yet: submit after its declaration has run$/),
    ]);
  });
});

test('readImports', () => {
  const text = `
    import first, { a, b as c, type T, "odd name" as odd } from './x.js';
    import * as ns from "y";
    import type { Only } from './types.js';
    import './effects.js';
    import second, * as all from 'z';
    import {
      long, // why
      /* and */ longer,
    } from 'many';
    /** A comment. */ import { after } from './comment.js';import{one as o,two}from"min";import*as every from"min2";import d,{e}from"min3";
    const notOne = "import nothing from 'here'";
    /* In a comment:
    import commented from 'nowhere';
    */
    const template = \`
    import templated from 'nowhere';
    \`;
    import { last } from 'last';
  `;
  expect(readImports(text).map(({ local, specifier, imported }) => `${local}: ${imported} of ${specifier}`)).toEqual([
    'first: default of ./x.js',
    'a: a of ./x.js',
    'c: b of ./x.js',
    'odd: odd name of ./x.js',
    'ns: * of y',
    'all: * of z',
    'second: default of z',
    'long: long of many',
    'longer: longer of many',
    'after: after of ./comment.js',
    'o: one of min',
    'two: two of min',
    'every: * of min2',
    'd: default of min3',
    'e: e of min3',
    'last: last of last',
  ]);
});
