import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LazyPackage } from './lazy-package.js';
import { standInOf } from './stand-ins.js';

/** The code of a package, which counts how often it is loaded. */
const inside = `
module.exports = (imported, url) => {
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
  return { Point, twice, tools: { one: 1 }, url, seen: imported.other };
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

function lazily(imported: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}): LazyPackage {
  return new LazyPackage(pathToFileURL(join(folder, 'index.js')).href, 'inside.cjs', files, imported);
}

function files(): [URL] {
  return [pathToFileURL(join(folder, 'inside.cjs'))];
}

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

  test('gets the address of its index, and the exports themselves of what it imports', () => {
    const other = lazily();
    const real = other.get('Point');
    const exports = { Point: other.value('Point', true), more: 1 };
    const again = new LazyPackage(pathToFileURL(join(folder, 'other.js')).href, 'inside.cjs', files, { other: exports });
    expect(again.get('url')).toBe(pathToFileURL(join(folder, 'other.js')).href);
    expect(again.get('seen')).toMatchObject({ Point: real, more: 1 });
  });
});

describe('the code of a package in an application that was bundled with it inside', () => {
  test('is beside the main file, when the bundle knows no address of its own', () => {
    const [, main] = process.argv;
    process.argv[1] = join(folder, 'app.cjs');
    try {
      const code = new LazyPackage('file:///$bunfs/root/app', 'inside.cjs', () => [new URL('file:///$bunfs/root/inside.cjs')], {});
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
