import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LazyPackage } from './lazy-package.js';
import { standInOf } from './stand-ins.js';

/** The code of a package, which counts how often it is loaded. */
const inside = `
module.exports = (give, url) => {
  globalThis.heddleTestLoads = (globalThis.heddleTestLoads ?? 0) + 1;
  class Point {
    #x;
    static origin = 'zero';
    static #made = 0;
    static made() { return this.#made; }
    constructor(x) { this.#x = x; Point.#made += 1; }
    get x() { return this.#x; }
  }
  const twice = (n) => n * 2;
  const seen = [];
  give('other', ({ Point }) => seen.push(Point));
  return { Point, twice, tools: { one: 1 }, url, seen };
};`;

const loads = (): number => (globalThis as { heddleTestLoads?: number }).heddleTestLoads ?? 0;
let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'heddle-lazy-')), 'bundle');
  mkdirSync(folder);
  writeFileSync(join(folder, 'inside.cjs'), inside);
});

afterEach(() => {
  rmSync(dirname(folder), { recursive: true });
  delete (globalThis as { heddleTestLoads?: number }).heddleTestLoads;
});

interface PointLike {
  readonly x: number;
}
type PointClass = (new (x: number) => PointLike) & { origin: string; made(): number };

function lazily(): LazyPackage {
  return new LazyPackage(pathToFileURL(join(folder, 'index.js')).href, 'inside.cjs', files, { other: {} });
}

function files(): [URL] {
  return [pathToFileURL(join(folder, 'inside.cjs'))];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let importers = 0;

/** A package that imports another one. */
const importing = (exports: Readonly<Record<string, unknown>>): LazyPackage =>
  new LazyPackage(pathToFileURL(join(folder, `importer-${String(importers++)}.js`)).href, 'inside.cjs', files, { other: exports });

const pointsSeenBy = (code: LazyPackage): unknown[] => code.get('seen') as unknown[];

describe('a package whose code is loaded later', () => {
  test('is loaded once, when an export is first used', () => {
    const code = lazily();
    const Point = code.value('Point', true) as PointClass;
    const tools = code.value('tools', false) as { one: number };
    expect(loads()).toBe(0);
    expect(new Point(3).x).toBe(3);
    expect(tools.one).toBe(1);
    expect(loads()).toBe(1);
  });

  test('is shared by the modules beside its index', () => {
    expect(lazily().get('Point')).toBe(lazily().get('Point'));
    expect(loads()).toBe(1);
  });

  test('gets the address of its index', () => {
    expect(lazily().get('url')).toBe(pathToFileURL(join(folder, 'index.js')).href);
  });

  test('gets stand-ins from a package that is not loaded, and the exports themselves when it is', async () => {
    const other = lazily();
    const standIn = other.value('Point', true);
    const seen = pointsSeenBy(importing({ Point: standIn, more: 1 }));
    expect(seen).toHaveLength(1);
    expect(seen[0] === standIn).toBe(true);
    expect(loads()).toBe(1); // the one that imports
    const real = other.get('Point');
    expect(pointsSeenBy(importing({ Point: standIn, more: 1 })).at(-1) === real).toBe(true);
    expect(seen.at(-1) === real).toBe(true);
    await turn();
  });

  test('what it imports is loaded in the next turn, if nobody has used it before', async () => {
    const other = lazily();
    importing({ Point: other.value('Point', true) }).get('url');
    expect(loads()).toBe(1);
    await turn();
    expect(loads()).toBe(2);
  });

  test('gets no stacks for the errors that it makes when it is loaded: they would keep the objects of calls in memory', () => {
    writeFileSync(join(folder, 'inside.cjs'), 'module.exports = () => ({ error: new Error("made early") });');
    expect((lazily().get('error') as Error).stack).toBe('Error: made early');
  });

  test('gets what a module exports that has no stand-ins, once', () => {
    const real = lazily().get('Point');
    const seen = pointsSeenBy(importing({ Point: real }));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBe(real);
  });
});

describe('the code of a package in an application that was bundled with it inside', () => {
  test('is beside the main file, when the bundle knows no address of its own', () => {
    const [, main] = process.argv;
    process.argv[1] = join(folder, 'app.cjs');
    try {
      const code = new LazyPackage('file:///$bunfs/root/app', 'inside.cjs', () => [new URL('file:///$bunfs/root/inside.cjs')], {
        other: {},
      });
      expect(code.get('url')).toBe('file:///$bunfs/root/app');
    } finally {
      process.argv[1] = main as string;
    }
  });

  test('is missing: the error tells which file, where it was looked for, and the remedy', () => {
    rmSync(join(folder, 'inside.cjs'));
    const twice = (): unknown => lazily().get('twice');
    expect(twice).toThrow(expect.objectContaining({ code: 'HEDDLE_INVALID_STATE' }));
    expect(twice).toThrow(join(folder, 'inside.cjs'));
    expect(twice).toThrow(/^inside\.cjs is missing.*npx heddle-files FOLDER/);
  });

  test('that requires a file which is missing fails with the error of that', () => {
    writeFileSync(join(folder, 'inside.cjs'), "require('./none.cjs');");
    expect(() => lazily().get('twice')).toThrow(/Cannot find module '\.\/none\.cjs'/);
  });
});

describe('the stand-in for a class', () => {
  test('makes instances of the class, which name it as their constructor', () => {
    const Point = lazily().value('Point', true) as PointClass;
    const point = new Point(1);
    expect(point).toBeInstanceOf(Point);
    expect(point.constructor).toBe(Point);
    expect({} instanceof Point).toBe(false);
  });

  test('can be extended', () => {
    const Point = lazily().value('Point', true) as PointClass;
    class Named extends Point {
      name = 'n';
    }
    const named = new Named(2);
    expect([named.x, named.name, named instanceof Named, named instanceof Point]).toEqual([2, 'n', true, true]);
    expect([Object.getPrototypeOf(named) === Named.prototype, Named.origin]).toEqual([true, 'zero']);
    expect(new Point(1)).not.toBeInstanceOf(Named);
  });

  test('has the statics, name, keys and prototype of the class', () => {
    const code = lazily();
    const Point = code.value('Point', true) as PointClass;
    const real = code.get('Point') as PointClass;
    Point.origin = 'one';
    expect(real.origin).toBe('one');
    expect([Point.name, Reflect.ownKeys(Point), 'origin' in Point, 'absent' in Point]).toEqual([
      'Point',
      Reflect.ownKeys(real),
      true,
      false,
    ]);
    expect([Point.prototype === real.prototype, Object.getPrototypeOf(Point)]).toEqual([true, Function.prototype]);
    for (const key of Reflect.ownKeys(real))
      expect(Object.getOwnPropertyDescriptor(Point, key)).toEqual({ ...Object.getOwnPropertyDescriptor(real, key), configurable: true });
  });

  test('is called without new as the class is', () => {
    const Point = lazily().value('Point', true) as unknown as () => void;
    expect(() => {
      Point();
    }).toThrow("Class constructor Point cannot be invoked without 'new'");
  });
});

describe('what a value stands in for', () => {
  test('is known for functions and classes', () => {
    const code = lazily();
    const module = pathToFileURL(join(folder, 'index.js')).href;
    const twice = code.fn('twice', (...values) => (code.get('twice') as (...each: unknown[]) => unknown)(...values));
    expect(standInOf(twice)).toMatchObject({ module, name: 'twice' });
    expect(standInOf(twice)?.load()).toBe(code.get('twice'));
    expect(standInOf(code.value('Point', true))?.load()).toBe(code.get('Point'));
    expect(standInOf(code.get('Point') as object)).toBeUndefined();
  });
});
