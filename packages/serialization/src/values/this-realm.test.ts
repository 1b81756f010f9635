/** Jest runs tests in a realm of their own, so what structured clone makes is foreign here. */
import { describe, expect, test } from '@jest/globals';
import { decodeValue } from './decode.js';
import { encodeValue } from './encode.js';
import { inThisRealm } from './this-realm.js';

const kinds: readonly [Class: new (...args: never[]) => object, value: object][] = [
  [Object, { a: { b: 1 } }],
  [Array, [1, [2]]],
  [Map, new Map([[{ a: 1 }, [1]]])],
  [Set, new Set([[1]])],
  [Date, new Date(5)],
  [RegExp, /a/g],
  [Number, Object(5) as object],
  [String, Object('a') as object],
  [Boolean, Object(false) as object],
  [Int32Array, new Int32Array([1, 2])],
  [BigInt64Array, new BigInt64Array([1n])],
  [DataView, new DataView(new ArrayBuffer(2))],
  [ArrayBuffer, new ArrayBuffer(2)],
  [SharedArrayBuffer, new SharedArrayBuffer(2)],
];

describe('inThisRealm', () => {
  test.each(kinds)('gives a value the %p of this realm', (Class, value) => {
    const arrived = structuredClone(value);
    expect(inThisRealm(arrived)).toBe(arrived);
    expect(arrived).toBeInstanceOf(Class);
    expect(arrived).toStrictEqual(value);
  });

  test('reaches keys and values of Maps, items of Sets, fields of arrays and the memory of views', () => {
    const map = inThisRealm(structuredClone(new Map([[[1], new Set([{ a: [2] }])]])));
    const [[key, set]] = [...map] as [[number[], Set<{ a: number[] }>]];
    for (const array of [key, [...set][0]!.a]) expect(array).toBeInstanceOf(Array);
    const named = inThisRealm(structuredClone(Object.assign([], { named: [1] }))) as unknown as { named: unknown };
    expect(named.named).toBeInstanceOf(Array);
    expect(inThisRealm(structuredClone(new Float32Array(new SharedArrayBuffer(4)))).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('keeps holes, identity and cycles', () => {
    const cyclic: Record<string, unknown> = { list: [1, , 3] }; // eslint-disable-line no-sparse-arrays
    cyclic['self'] = cyclic;
    cyclic['again'] = cyclic['list'];
    const arrived = inThisRealm(structuredClone(cyclic));
    expect(arrived['self']).toBe(arrived);
    expect(arrived['again']).toBe(arrived['list']);
    expect(1 in (arrived['list'] as unknown[])).toBe(false);
    expect(arrived['list']).toBeInstanceOf(Array);
  });

  test('goes as deep as a value may be nested, and passes on what is no object', () => {
    let deep: unknown[] = [];
    for (let depth = 0; depth < 1000; depth++) deep = [deep];
    let last = inThisRealm(structuredClone(deep));
    while (last.length > 0) last = last[0] as unknown[];
    expect(last).toBeInstanceOf(Array);
    expect([1, null, undefined, 'a'].map(inThisRealm)).toEqual([1, null, undefined, 'a']);
  });

  test('leaves objects without a prototype, and what the platform made, as they are', () => {
    const bare = Object.create(null) as object;
    expect(Object.getPrototypeOf(inThisRealm(bare))).toBeNull();
    const url = new URL('http://a/');
    expect(Object.getPrototypeOf(inThisRealm(url))).toBe(URL.prototype);
  });
});

test('decodeValue returns values of this realm, also beside and within records', () => {
  const error = Object.assign(new RangeError('a', { cause: [1] }), { details: [{ a: 1 }] });
  const { value } = encodeValue([error, [1], { a: new Map([[1, [2]]]) }], 'result', false, 'thread');
  const arrived = decodeValue(structuredClone(value)) as [typeof error, number[], { a: Map<number, number[]> }];
  expect(arrived).toStrictEqual([error, [1], { a: new Map([[1, [2]]]) }]);
  expect(arrived).toBeInstanceOf(Array);
  expect(arrived[0].cause).toBeInstanceOf(Array);
  expect(arrived[0].details[0]).toBeInstanceOf(Object);
  expect(arrived[2].a.get(1)).toBeInstanceOf(Array);
});
