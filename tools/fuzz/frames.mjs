/** Right messages of every shape, to be spoiled. */
import { Readable } from 'node:stream';
import { CallerObjects, callback, encodeValue, perWorker, serializable } from '@heddle/serialization';
import { recordKinds, writeFrame } from '@heddle/serialization/frames';

export const NONCE = 0xc0ffee;

/** @param {Record<string, unknown>} fields with own keys of any name */
function own(fields) {
  const made = {};
  for (const [key, value] of Object.entries(fields))
    Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

const polluted = { polluted: true };
const holey = Object.assign(new Array(20), [1, 2, 3]);
const cyclic = { name: 'cyclic', list: [] };
cyclic.list.push(cyclic, cyclic.list);
const shared = new ArrayBuffer(64);
let deep = {};
for (let i = 0; i < 300; i++) deep = i % 2 === 0 ? [deep] : { deep };

class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
}
serializable(Point, { name: 'fuzz Point' });
class Coded extends Point {}
serializable(Coded, { name: 'fuzz Coded', encode: ({ x, y }) => [x, y], decode: ([x, y]) => new Coded(x, y) });

class Shape {
  static kinds = new Map([['square', 4]]);

  sides(kind) {
    return Shape.kinds.get(kind) ?? offset;
  }
}
const offset = 7;
const sparse = [];
sparse[700] = { at: sparse };
sparse.length = 100_000;

const VALUES = [
  [0, 1, -1, 0.5, NaN, 2 ** 31, -(2 ** 40), 12n, -(2n ** 100n), true, false, null, undefined, 'text', 'тext', '\ud800'],
  [
    { id: 1, name: 'a', score: 0.5 },
    { id: 2, name: 'b', score: 1.5 },
    { id: 3, name: 'c', score: 2.5 },
  ],
  holey,
  Object.assign([1, 2, 3], { named: 'property' }),
  cyclic,
  deep,
  new Map([
    ['k', new Set([1, { a: 1 }])],
    [{ key: 1 }, new Map()],
  ]),
  [new Date(5), new Date(NaN), /a+(?<n>b)/gi, Object(1), Object('boxed'), Object(5n), Object(true)],
  [new Uint8Array(shared, 8, 8), new Float64Array(shared), new DataView(shared, 1, 5), shared, new BigInt64Array(2), new Uint16Array(0)],
  [new Uint8Array(40_000).fill(7), new Float64Array(5_000), new Uint8Array(3)],
  new Float64Array(200).map((_, i) => i / 3),
  Object.assign(new TypeError('wrong', { cause: new RangeError('below') }), { code: 'E_WRONG', details: { list: [1] } }),
  new AggregateError([new Error('one'), new SyntaxError('two')], 'both'),
  { '\0heddle': 'error', base: 'constructor', name: '__proto__', message: 'm', stack: 's', fields: polluted },
  own({ ['__proto__']: polluted, constructor: { prototype: polluted }, prototype: polluted }),
  JSON.parse('{"a":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"list":[{"__proto__":[1,2]}]}'),
  sparse,
  [new Point(1, new Point(2, 3)), new Coded(4, new Map([[new Coded(5, 6), 'key']])), Object.assign(Object.create(null), { bare: true })],
  Object.assign([], { 3: 'a', 900: { at: sparse }, named: 'holes' }),
  [
    new ArrayBuffer(8, { maxByteLength: 32 }),
    new Uint16Array(new ArrayBuffer(8, { maxByteLength: 16 }), 2),
    new DataView(new ArrayBuffer(8, { maxByteLength: 8 }), 1, 3),
  ],
  [new WebAssembly.LinkError('q'), Object.defineProperty(new Error('hidden'), 'secret', { value: 1 })],
  [Point, new Point(1, 2)],
  [Object(Symbol.iterator), { '\0heddle': 'no kind at all', value: [1] }],
  [
    Symbol.iterator,
    Symbol.for('known'),
    new URL('https://example.org/?a=1'),
    new URLSearchParams('a=1&a=2'),
    new Headers({ accept: 'a' }),
    Buffer.from('bytes'),
  ],
  [
    Shape,
    (n) => n * offset,
    Math.max,
    perWorker(() => new Shape()),
    {
      fn: function named() {
        return new Shape();
      },
    },
  ],
  { kind: 'run', id: 7, fn: 'a1b2c3', args: [1, 'two', { three: 3 }], options: { signal: undefined, timeoutMs: 500 } },
  Array.from({ length: 64 }, (_, i) => [i, 'result', i * i]),
  Object.fromEntries(Array.from({ length: 50 }, (_, i) => [i % 2 === 0 ? `k${i}` : i * 1000, i])),
];

/** What stays with its caller. */
const callerObjects = [
  callback(() => 1),
  AbortSignal.abort('why'),
  Readable.from([1]),
  (async function* () {
    yield 1;
  })(),
  new ReadableStream(),
];

const encoded = [
  ...VALUES.map((value) => encodeValue(value, 'value', false, 'process')),
  encodeValue(callerObjects, 'value', false, 'process', new CallerObjects(false)),
];

/** Every kind of record has to be among them: a decoder is tried only with what it is sent. */
const kinds = new Set();
for (const { value } of encoded) collectKinds(value, new Set());
const missing = recordKinds.filter((kind) => !kinds.has(kind));
if (missing.length > 0) throw new Error(`no message has a record of kind ${missing.join(', ')}; add a value to tools/fuzz/frames.mjs`);

/** @param {unknown} value @param {Set<object>} seen */
function collectKinds(value, seen) {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(value);
  if (Object.hasOwn(value, '\0heddle')) kinds.add(value['\0heddle']);
  const below = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  for (const each of below) collectKinds(each, seen);
}

/** @type {readonly Buffer[]} */
export const frames = encoded.map(({ value, encoded: hasRecords }) => Buffer.concat(writeFrame(NONCE, [value, hasRecords])));
