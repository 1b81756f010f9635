/** Encodes values, sends them through a real structured clone, and decodes them. */
import { describe, expect, test } from '@jest/globals';
import { decodeValue } from './decode.js';
import { encodeValue } from './encode.js';

function travel<T>(value: T, mayPostNow = false): T {
  const { value: wire, encoded, transfer } = encodeValue(value, 'args', mayPostNow, 'thread');
  const received: unknown = structuredClone(wire, { transfer: (transfer ?? []) as ArrayBuffer[] });
  return (encoded ? decodeValue(received) : received) as T;
}

const much = Array.from({ length: 200 }, (_, i) => ({ i }));

describe.each([
  ['copied', false, undefined],
  ['small, to leave now', true, undefined],
  ['large, to leave now', true, much],
])('%s', (_name, mayPostNow, beside) => {
  test.each<[name: string, value: unknown]>([
    ['primitives', [1, 'two', true, null, undefined, 5n, NaN, -0]],
    ['records', { a: { b: { c: [1, 2, { d: 3 }] } } }],
    ['a record without a prototype', Object.assign(Object.create(null), { a: 1 })],
    [
      'maps and sets',
      new Map<unknown, unknown>([
        ['key', new Set([1, { a: 1 }])],
        [{ k: 1 }, 2],
      ]),
    ],
    ['dates, regular expressions, boxed primitives', [new Date(5), /a+/gi, Object(5), Object('s')]],
    ['buffers and views', [new Uint8Array([1, 2, 3]), new Float64Array([1.5]), new DataView(new ArrayBuffer(4)), new ArrayBuffer(3)]],
    ['holes', [1, , 3]], // eslint-disable-line no-sparse-arrays
    ['odd keys', { '': 1, 'a b': 2, '0': 3 }],
  ])('%s', (_what, value) => {
    expect(travel([value, beside], mayPostNow)).toEqual([value, beside]);
  });

  test('a key named __proto__ is data', () => {
    const [arrived] = travel([JSON.parse('{"__proto__": {"polluted": true}}'), beside] as [Record<string, unknown>, unknown], mayPostNow);
    expect(Object.hasOwn(arrived, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a record that looks like one of ours is data too', () => {
    const posing = { '\u0000heddle': 'error', message: 'not an error', nested: { '\u0000heddle': 'record', value: 1 } };
    expect(travel([posing, beside], mayPostNow)[0]).toEqual(posing);
  });

  test('cycles and shared objects keep their identity', () => {
    const shared = { both: true };
    const ring: { self?: unknown; twice: unknown[]; map: Map<unknown, unknown>; error: Error; beside: unknown } = {
      twice: [shared, shared],
      map: new Map(),
      error: new Error('in a ring'),
      beside,
    };
    ring.self = ring;
    ring.map.set('ring', ring);
    ring.error.cause = ring;
    const arrived = travel(ring, mayPostNow);
    expect(arrived.self).toBe(arrived);
    expect(arrived.twice[0]).toBe(arrived.twice[1]);
    expect(arrived.map.get('ring')).toBe(arrived);
    expect(arrived.error.cause).toBe(arrived);
  });

  test('errors anywhere are rebuilt', () => {
    const error = Object.assign(new RangeError('far', { cause: new TypeError('deep') }), { code: 'E_FAR' });
    const [map] = travel([new Map([['error', [error]]]), beside] as [Map<string, Error[]>, unknown], mayPostNow);
    const arrived = map.get('error')?.[0];
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived).toMatchObject({ message: 'far', code: 'E_FAR', cause: { name: 'TypeError', message: 'deep' } });
    expect(arrived?.stack).toBe(error.stack);
  });
});

describe('what is encoded', () => {
  test('small values are copied at once, large ones only when they can not leave now', () => {
    const small = { a: [1] };
    expect(encodeValue(small, 'args', true, 'thread')).toMatchObject({ live: false, encoded: false });
    expect(encodeValue(small, 'args', true, 'thread').value).not.toBe(small);
    expect(encodeValue(much, 'args', true, 'thread')).toMatchObject({ live: true, encoded: false });
    expect(encodeValue(much, 'args', true, 'thread').value).toBe(much);
    for (const list of [new Array<number>(10_000).fill(0.5), new Array<string>(10_000).fill('a')]) {
      expect(encodeValue([list], 'args', true, 'thread')).toMatchObject({ live: true, encoded: false });
      expect(encodeValue([list], 'args', false, 'thread').value[0]).not.toBe(list);
    }
    expect(encodeValue(much, 'args', false, 'thread').live).toBe(false);
    expect(encodeValue(new Uint8Array(5000), 'args', true, 'thread').live).toBe(true);
    expect(encodeValue([new Error('e'), much], 'args', true, 'thread')).toMatchObject({ live: false, encoded: true });
  });

  test.each([
    [false, undefined],
    [true, undefined],
    [false, much],
    [true, much],
  ])('a getter is called once, wherever it is (may post now: %j)', (mayPostNow, beside) => {
    let calls = 0;
    const value = {
      get n(): number {
        return ++calls;
      },
    };
    expect(encodeValue([value, beside], 'args', mayPostNow, 'thread').value).toEqual([{ n: 1 }, beside]);
    expect(encodeValue([beside, { deep: [value] }], 'args', mayPostNow, 'thread').value).toEqual([beside, { deep: [{ n: 2 }] }]);
    expect(calls).toBe(2);
  });

  test("of many records with the same keys, each is looked at: a field that can't travel, a symbol, another key", () => {
    const records = (last: object): object[] => [...Array.from({ length: 100 }, (_, i) => ({ a: i, b: { c: i } })), last];
    const encode = (last: object): unknown => encodeValue(records(last), 'args', true, 'thread');
    expect(encode({ a: 1, b: { c: 2 } })).toMatchObject({ live: true, encoded: false });
    expect(() => encode({ a: 1, b: { c: new WeakMap() } })).toThrow(/\[100\]\.b\.c/);
    expect(() => encode({ a: 1, b: { c: 2, [Symbol('s')]: 3 } })).toThrow(/\[100\]\.b\[Symbol\(s\)\]/);
    let calls = 0;
    expect(
      encode({
        a: 1,
        get z(): number {
          return ++calls;
        },
      }),
    ).toMatchObject({ live: false, encoded: false, value: records({ a: 1, z: 1 }) });
    expect(encode({ a: 1, b: new RangeError('e') })).toMatchObject({ encoded: true });
  });

  test('shared memory is passed on, not copied', () => {
    const words = new Int32Array(new SharedArrayBuffer(8));
    const { value } = encodeValue({ words, memory: words.buffer }, 'args', false, 'thread');
    expect(value.words.buffer).toBe(words.buffer);
    expect(value.memory).toBe(words.buffer);
  });

  test('of a Buffer only its window is copied', () => {
    const { value } = encodeValue({ buffer: Buffer.from('abc') }, 'args', false, 'thread');
    expect((value.buffer as unknown as { bytes: Uint8Array }).bytes.buffer.byteLength).toBe(3);
  });

  test('two views of one buffer share the copy', () => {
    const buffer = new ArrayBuffer(16);
    const { value } = encodeValue([new Uint8Array(buffer, 0, 8), new Float64Array(buffer)], 'args', false, 'thread');
    expect(value[0]!.buffer).toBe(value[1]!.buffer);
    expect(value[0]!.buffer).not.toBe(buffer);
  });
});
