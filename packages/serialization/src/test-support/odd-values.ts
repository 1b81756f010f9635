/**
 * Unusual values for fast-check, which no list of cases would have. They are objects of each kind, with a change that an encoder could
 * overlook. The changes are an additional field, another prototype, a subclass, a hidden element, a getter or a resized buffer.
 */
import { EventEmitter, on } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';

type Make = () => object;

const viewClasses = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;
const errorClasses = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError] as const;
const ResizableBuffer = ArrayBuffer as new (size: number, options: { maxByteLength: number }) => ArrayBuffer;
const { WebAssembly } = globalThis as unknown as { WebAssembly: Record<'CompileError' | 'LinkError' | 'RuntimeError', ErrorConstructor> };

function resizable(): ArrayBuffer {
  return new ResizableBuffer(16, { maxByteLength: 24 });
}

function* generator(): Generator<number> {
  yield 1;
}

async function* items(): AsyncGenerator<number> {
  yield await Promise.resolve(1);
}

class Own {
  own = 1;
}

/** Makes one object of each kind, a new one each time. */
export const kinds: readonly (readonly [name: string, make: Make])[] = [
  ['a record', () => ({ a: 1, b: { c: 'd' } })],
  ['an empty record', () => ({})],
  ['a record without a prototype', () => Object.assign(Object.create(null) as object, { a: 1 })],
  ['a record over an empty prototype', () => Object.assign(Object.create(Object.create(null) as object) as object, { a: 1 })],
  ['an empty array', () => []],
  ['a short array', () => [1, 'a', { b: 2 }, undefined]],
  ['a long array', () => Array.from({ length: 200 }, (_, i) => i)],
  ['an array with holes', () => Object.assign([], { 0: 'a', 3: { b: 1 } })],
  ['an array with many holes', () => Object.assign([], { 2: 'a', 900: { b: 1 } })],
  ['a match', () => /b(?<rest>.)/d.exec('abc')!],
  [
    'arguments',
    () =>
      (function (..._: unknown[]) {
        return arguments; // eslint-disable-line prefer-rest-params
      })(1, 2),
  ],
  [
    'a Map',
    () =>
      new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 1 }, [2]],
      ]),
  ],
  ['a Set', () => new Set<unknown>(['a', { b: 1 }])],
  ['a Date', () => new Date(5)],
  ['a RegExp', () => /a+/giu],
  ...([1, 'text', true, 5n] as const).map((value) => [`a boxed ${typeof value}`, () => Object(value) as object] as const),
  ['a boxed symbol', () => Object(Symbol.iterator) as object],
  ...errorClasses.map((ErrorClass) => [`a ${ErrorClass.name}`, () => new ErrorClass('message', { cause: { why: 1 } })] as const),
  ['an AggregateError', () => new AggregateError([new Error('a'), 1], 'all')],
  ['a DOMException', () => new DOMException('gone', 'AbortError')],
  ['a CompileError', () => new WebAssembly.CompileError('q')],
  ['a URL', () => new URL('https://example.com/a?b#c')],
  ['URLSearchParams', () => new URLSearchParams('a=1')],
  ['Headers', () => new Headers({ a: '1' })],
  ...viewClasses.flatMap((View) => [[`a ${View.name}`, () => new View(3)] as const, [`a long ${View.name}`, () => new View(100)] as const]),
  ['a DataView', () => new DataView(new ArrayBuffer(8), 2, 4)],
  ['a small Buffer', () => Buffer.from('abc')],
  ['a large Buffer', () => Buffer.alloc(9000, 7)],
  ['an ArrayBuffer', () => new Uint8Array([1, 2, 3]).buffer],
  ['a resizable ArrayBuffer', resizable],
  ['a view that follows', () => new Uint16Array(resizable(), 4)],
  ['a view of a part', () => new Uint16Array(resizable(), 4, 2)],
  ['a view to the end', () => new Uint8Array(resizable(), 4, 12)],
  ['a DataView that follows', () => new DataView(resizable(), 4)],
  ['a SharedArrayBuffer', () => new SharedArrayBuffer(4)],
  ['a view of shared memory', () => new Int32Array(new SharedArrayBuffer(8))],
  ['a Blob', () => new Blob(['a'])],
  ['a File', () => new File(['a'], 'b.txt', { lastModified: 5 })],
  ['a Promise', () => Promise.resolve(1)],
  ['a WeakMap', () => new WeakMap()],
  ['a WeakSet', () => new WeakSet()],
  ['a WeakRef', () => new WeakRef({})],
  ['a generator', generator],
  ['an iterator', () => [1].values()],
  ['an instance', () => new Own()],
  [
    'an instance that is iterable',
    () =>
      new (class Rows extends Own {
        async *[Symbol.asyncIterator](): AsyncGenerator<number> {
          yield await Promise.resolve(1);
        }
      })(),
  ],
  ['a Proxy', () => new Proxy({ a: 1 }, {})],
  ['an async generator', items],
  ['a Readable', () => Readable.from([1])],
  ['a PassThrough', () => new PassThrough()],
  ['an iterator of events', () => on(new EventEmitter(), 'a')],
  ['an AbortSignal', () => new AbortController().signal],
];

/** The changes of an object. A change that is impossible for an object does nothing. */
export const changes: readonly (readonly [name: string, change: (value: object) => object])[] = [
  ['nothing', (value) => value],
  ['a field', (value) => Object.assign(value, { hung: 'on' })],
  ['a field that is an object', (value) => Object.assign(value, { hung: { on: [new Date(1)] } })],
  ['a field that is an error', (value) => Object.assign(value, { hung: new RangeError('on') })],
  ['a field named as a large index', (value) => Object.assign(value, { '4294967295': 1, '-1': 2, '1.5': 3 })],
  ['a field whose key is a symbol', (value) => Object.assign(value, { [Symbol.for('hung')]: 1 })],
  ['a field that is not enumerable', (value) => Object.defineProperty(value, 'hidden', { value: 1, configurable: true })],
  ['a getter', (value) => Object.defineProperty(value, 'got', { get: () => 7, enumerable: true, configurable: true })],
  ['an element that is not enumerable', (value) => Object.defineProperty(value, 0, { enumerable: false })],
  ['no prototype', (value) => Object.setPrototypeOf(value, null) as object],
  ['the prototype of records', (value) => Object.setPrototypeOf(value, Object.prototype) as object],
  ['the prototype of Maps', (value) => Object.setPrototypeOf(value, Map.prototype) as object],
  ['the prototype of Dates', (value) => Object.setPrototypeOf(value, Date.prototype) as object],
  ['an empty prototype', (value) => Object.setPrototypeOf(value, Object.create(null) as object) as object],
  [
    'a subclass',
    (value) => {
      const above = (Object.getPrototypeOf(value) as object | null)?.constructor;
      return typeof above === 'function'
        ? (Object.setPrototypeOf(value, class Sub extends (above as new () => object) {}.prototype) as object)
        : value;
    },
  ],
  ['frozen', (value) => Object.freeze(value)],
];

function changed(value: object, change: (value: object) => object): object {
  try {
    return change(value);
  } catch {
    return value; // a view can't be frozen, and a frozen object can't be changed
  }
}

const around: readonly ((value: object) => object)[] = [
  (value) => value,
  (value) => ({ within: value }),
  (value) => [0, value, value],
  (value) =>
    new Map<unknown, unknown>([
      ['key', value],
      [value, 1],
    ]),
  (value) => Object.assign([1], { named: { value } }),
  (value) => ({ before: Array.from({ length: 100 }, (_, i) => ({ i })), value }),
];

/** Makes an unusual value, and describes it for the message of a test that fails. */
export interface OddValue {
  readonly what: string;
  /** Whether the value has no change. */
  readonly isPlain: boolean;
  readonly make: () => object;
}

export const oddValue: fc.Arbitrary<OddValue> = fc
  .tuple(fc.constantFrom(...kinds), fc.array(fc.constantFrom(...changes), { minLength: 1, maxLength: 2 }), fc.nat(around.length - 1))
  .map(([[kind, make], all, place]) => ({
    what: `${kind} with ${all.map(([change]) => change).join(' and ')}, in place ${String(place)}`,
    isPlain: all.every(([change]) => change === 'nothing'),
    make: () => around[place]!(all.reduce((value, [, change]) => changed(value, change), make())),
  }));
