/** Compares the stand-ins that Node imports with the exports themselves, as whole.js of each package has them. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { standInOf } from '@heddle/futures/errors';

type Exports = Readonly<Record<string, unknown>>;

const packages = fileURLToPath(new URL('../..', import.meta.url));
const lazy = readdirSync(packages).filter((name) => {
  const { exports } = JSON.parse(readFileSync(`${packages}/${name}/package.json`, 'utf8')) as { exports: { '.'?: { module?: string } } };
  return exports['.']?.module !== undefined;
});

/** What programs can see of a class or object. A stand-in has to say that all its properties can be changed. */
function shapeOf(value: object): unknown {
  const properties = Reflect.ownKeys(value).map((key) => {
    const property: PropertyDescriptor = Object.getOwnPropertyDescriptor(value, key) ?? {};
    const { enumerable, writable, get, set } = property;
    return [key, enumerable, writable, typeof get, typeof set, typeof (property.value as unknown)];
  });
  const { prototype } = value as { readonly prototype?: object };
  return { name: (value as { name?: unknown }).name, properties, methods: prototype === undefined ? [] : Reflect.ownKeys(prototype) };
}

test('most packages are loaded later', () => {
  expect(lazy).toEqual(['coroutines', 'engine', 'pool', 'processes', 'serialization', 'sync', 'threads']);
});

describe.each(lazy)('%s', (name) => {
  test('exports the same', async () => {
    const entry = (await import(`@heddle/${name}`)) as Exports;
    const file = name === 'serialization' ? 'whole-index' : 'whole';
    const whole = (await import(pathToFileURL(`${packages}/${name}/dist/bundle/${file}.js`).href)) as Exports;
    expect(Object.keys(entry)).toEqual(Object.keys(whole));
    for (const [key, value] of Object.entries(whole)) {
      const own = entry[key];
      const isObject = Object(value) === value;
      const standIn = isObject ? standInOf(own as object) : undefined;
      expect(typeof own).toBe(typeof value);
      if (!isObject) expect(own).toEqual(value);
      else if (standIn === undefined) expect((own as { name?: unknown }).name).toBe((value as { name?: unknown }).name);
      else expect(shapeOf(standIn.load() as object)).toEqual(shapeOf(value as object));
      if (standIn !== undefined) expect(((await import(standIn.module)) as Exports)[standIn.name]).toBe(own);
      if (standIn !== undefined && typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value)))
        expect(shapeOf(own as object)).toEqual(shapeOf(value));
    }
  });
});
