import { describe, expect, test } from '@jest/globals';
import { encodeValue } from './encode.js';
import { explainRefusal } from './explain-refusal.js';
import { Refusal, pathKey } from './refusal.js';

function refusal(value: unknown, mayPostNow = false): { path?: string; message: string; cause?: unknown; code?: string } {
  try {
    encodeValue(value, 'args', mayPostNow, 'thread');
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

test.each<[key: string | number, text: string]>([
  [3, '[3]'],
  ['name', '.name'],
  ['größe', '.größe'],
  ['$_1', '.$_1'],
  ['odd key', '["odd key"]'],
  ['1a', '["1a"]'],
  ['"', '["\\""]'],
])('the key %j in a path: %s', (key, text) => {
  expect(pathKey(key)).toBe(text);
});

describe('a refusal', () => {
  test('names the path from the root, the reason and the remedy', () => {
    const found = refusal([1, { config: { onClose: new WeakMap() } }]);
    expect(found).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'args[1].config.onClose' });
    expect(found.message).toMatch(/^args\[1\]\.config\.onClose: a WeakMap can't travel; pass what it refers to/);
  });

  test('cuts long paths in the middle', () => {
    const keys = Array.from({ length: 30 }, (_, i) => `.k${String(i)}`);
    const long = new Refusal('why');
    long.keys.push(...keys.toReversed());
    expect(long.toError('args').path).toBe('args.k0.k1.k2.k3.k4.k5...(18 more)....k24.k25.k26.k27.k28.k29');
  });

  test.each<[name: string, value: unknown, path: string, message: RegExp]>([
    ['keys of Maps', new Map([[() => 1, 1]]), 'args.get(undefined)', /function/],
    ['values of Maps', new Map([['k', () => 1]]), 'args.get("k")', /function/],
    ['items of Sets', new Set([() => 1]), 'args[0]', /function/],
    ['symbols', { s: Symbol('x') }, 'args.s', /a symbol \(Symbol\(x\)\)/],
    ['boxed symbols', { s: Object(Symbol('x')) as object }, 'args.s', /Symbol/],
    ['weak collections', { w: new WeakSet() }, 'args.w', /a WeakSet can't travel; pass what it refers to/],
    [
      'instances',
      {
        d: new (class Dog {
          legs = 4;
        })(),
      },
      'args.d',
      /an instance of Dog would arrive as a plain object/,
    ],
    [
      'subclasses of built-ins are what they are at heart',
      {
        f: new (class Finder {
          #x = 1;
          get x(): number {
            return this.#x;
          }
        })(),
      },
      'args.f',
      /an instance of Finder/,
    ],
    ['proxies', { p: new Proxy({}, {}) }, 'args.p', /a Proxy can't travel/],
    [
      'proxies whose traps throw',
      {
        p: new Proxy(
          {},
          {
            get() {
              throw new Error('trap');
            },
            getPrototypeOf() {
              throw new Error('trap');
            },
            ownKeys() {
              throw new Error('trap');
            },
          },
        ),
      },
      'args.p',
      /Proxy|reading it threw/,
    ],
  ])('%s', (_name, value, path, message) => {
    const { path: found, message: text } = refusal(value);
    if (!path.includes('undefined')) expect(found).toBe(path);
    expect(text).toMatch(message);
  });

  test.each([false, true])('a getter that throws is the cause (may post now: %j)', (mayPostNow) => {
    const value = {
      get secret(): string {
        throw new RangeError('no');
      },
    };
    expect(refusal([value, Array.from({ length: 200 }, () => ({}))], mayPostNow)).toMatchObject({
      path: 'args[0].secret',
      cause: { message: 'no' },
    });
  });

  test.each([false, true])('what is too deep is refused before the stack overflows (may post now: %j)', (mayPostNow) => {
    let deep: unknown = {};
    for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { deep };
    expect(refusal(deep, mayPostNow).message).toMatch(/nested more than \d+ deep.*flatten it/);
  });
});

describe('explainRefusal', () => {
  test('finds what structured clone only rejected', () => {
    expect(explainRefusal([{ p: new Proxy({}, {}) }], 'args', new Error('#<Object> could not be cloned.'), 'thread')).toMatchObject({
      path: 'args[0].p',
    });
  });

  test('otherwise tells what structured clone said', () => {
    const problem = new Error('no reason');
    expect(explainRefusal([1], 'args', problem, 'thread')).toMatchObject({
      path: 'args',
      cause: problem,
      message: "args: can't be cloned: no reason; pass plain data",
    });
  });

  test('leaves errors that explain themselves alone', () => {
    const error = refusal(() => 1);
    expect(explainRefusal([1], 'args', error, 'thread')).toBe(error);
  });
});
