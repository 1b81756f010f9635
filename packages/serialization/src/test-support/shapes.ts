/**
 * The shapes of values and how each arrives: the rows of the tests in shapes.test.ts, and of the table in docs/serialization.md. They are
 * the shapes of the web platform's tests of structured clone, and those that other serializers' documentation lists.
 */
import { AsyncResource } from 'node:async_hooks';
import { createHmac, createSecretKey } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { ExceptionGroup } from '@heddle/futures/errors';
import { transfer } from '../values/transfer.js';
import { Account, OwnError, Plain, Vector } from './shape-classes.js';

export type Verdict = 'preserved' | 'converted' | 'refused';

/** One shape and how it arrives. */
export interface Shape {
  /** The shape's name in the table. */
  readonly name: string;
  readonly make: () => unknown;
  /** @defaultValue 'preserved' */
  readonly verdict?: Verdict;
  /** The verdict between processes, if it differs. */
  readonly betweenProcesses?: Verdict;
  /** For a converted shape: makes the value that arrives. `note` describes it in words. */
  readonly becomes?: () => unknown;
  readonly note?: string;
  /** For a refused shape: the path from the value to the part that is refused. `reason` matches the message. */
  readonly at?: string;
  readonly reason?: RegExp;
  /** More values of this name. Each of them is refused. */
  readonly others?: () => readonly unknown[];
}

// Node's types do not declare it.
const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: new (code: Uint8Array) => object } & Record<'CompileError' | 'LinkError' | 'RuntimeError', ErrorConstructor> };

function* generator(): Generator<number> {
  yield 1;
}

/** Makes a date as fake timers do. */
function clockDate(): Date {
  return Object.defineProperty(new (class ClockDate extends Date {})(5), 'constructor', { value: Date });
}

const shared = { both: true };
const ring = (): unknown => {
  const value: Record<string, unknown> = { list: [] };
  (value['list'] as unknown[]).push(value);
  return value;
};

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const primitives: Shape[] = [
  { name: 'undefined, null, true, false', make: () => [undefined, null, true, false] },
  { name: 'numbers: 0, -0, NaN, ±Infinity, the largest and the smallest', make: () => [0, -0, NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53] },
  { name: 'bigints of any size', make: () => [0n, -1n, 2n ** 64n, -(2n ** 200n)] },
  { name: 'strings: empty, NUL, emoji, lone surrogates', make: () => ['', '\0', '🧵', '\ud800', '\udc00x'] },
  { name: 'registered symbols: `Symbol.for(key)`', make: () => [Symbol.for('heddle.shape'), new Map([[Symbol.for('a'), Symbol.for('')]])] },
  { name: 'well-known symbols: `Symbol.iterator`', make: () => ({ it: Symbol.iterator, set: new Set([Symbol.asyncIterator, Symbol.toStringTag]) }) },
  { name: 'other symbols', make: () => ({ id: Symbol('own') }), verdict: 'refused', at: '.id', reason: /a symbol \(Symbol\(own\)\) can't travel; pass a string, or register it/ },
];

const records: Shape[] = [
  { name: 'plain objects, nested; fields that are `undefined`', make: () => ({ a: { b: { c: [1, { d: undefined }] } }, '': 1, '0': 2 }) },
  { name: 'a field named `__proto__`', make: () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as unknown },
  { name: 'objects without a prototype', make: () => Object.assign(Object.create(null) as object, { a: { b: Object.create(null) as unknown }, ['__proto__']: 1 }) },
  { name: 'frozen and sealed objects', make: () => Object.freeze({ a: Object.seal([1]) }), verdict: 'converted', becomes: () => ({ a: [1] }), note: 'not frozen' },
  { name: 'getters', make: () => ({ get now(): number { return 5; } }), verdict: 'converted', becomes: () => ({ now: 5 }), note: 'the value that was read' },
  { name: 'a getter that throws', make: () => ({ get now(): never { throw new Error('no'); } }), verdict: 'refused', at: '.now', reason: /reading it threw \(see cause\)/ },
  { name: 'fields that are not enumerable', make: () => Object.defineProperty({ a: 1 }, 'hidden', { value: 3 }), verdict: 'converted', becomes: () => ({ a: 1 }), note: 'without them' },
  { name: 'fields whose keys are symbols', make: () => [{ a: 1, [Symbol.for('s')]: 2 }], verdict: 'refused', at: '[0][Symbol(s)]', reason: /a field whose key is a symbol would be left behind/, others: () => [Object.assign(new Map(), { [Symbol('t')]: 1 }), Object.assign(new Date(0), { [Symbol('t')]: 1 })] },
  { name: 'symbols beside the elements of an array of up to 24', make: () => [Object.assign([1], { [Symbol('t')]: 1 })], verdict: 'converted', becomes: () => [[1]], note: 'without them' },
  { name: 'objects whose prototype is an empty one, as routers make theirs', make: () => Object.setPrototypeOf({ a: 1 }, Object.create(null) as object) as unknown, verdict: 'converted', becomes: () => ({ a: 1 }), note: 'as plain objects' },
  { name: '`arguments`', make: () => [(function (..._: unknown[]) { return arguments; })(1, 2)], verdict: 'refused', at: '[0]', reason: /pass \[\.\.\.arguments\]/ }, // eslint-disable-line prefer-rest-params
  { name: 'bound functions', make: () => ({ config: { onClose: (() => 1).bind(null) } }), verdict: 'refused', at: '.config.onClose', reason: /it is a bound function, which hides its source/ },
  { name: 'the same object twice', make: () => [shared, { shared }, new Map([[shared, shared]])] },
  { name: 'rings', make: ring },
  { name: 'more than 1,000 objects within each other', make: () => { let deep: unknown = 0; for (let i = 0; i < 1_100; i++) deep = { deep }; return deep; }, verdict: 'refused', reason: /nested more than 1000 deep/ },
];

const collections: Shape[] = [
  { name: 'arrays', make: () => [[], [1, [2, [3]]], [undefined, null]] },
  { name: 'holes in arrays', make: () => [[, 1, , { a: 1 }, ,], Object.assign([], { 4_000_000: { far: true } })] }, // eslint-disable-line no-sparse-arrays
  { name: 'fields of arrays, as those of a match', make: () => ['abc'.match(/b(?<rest>.)/), Object.assign([{ a: 1 }], { name: 'n', of: { deep: Object.assign([], { x: new Date(1) }) } }), Object.assign([1, , 3], { tag: 'holes' }), Object.assign(new Array<number>(500).fill(1), { tag: new RangeError('deep') })] }, // eslint-disable-line no-sparse-arrays
  { name: 'elements that are not enumerable', make: () => [Object.defineProperty([1, 2, 3], 1, { enumerable: false })], verdict: 'refused', at: '[0][1]', reason: /an element that is not enumerable would be left behind/ },
  { name: 'fields of Map, Set, Date, RegExp, URL, buffers, views and other built-in objects', make: () => [Object.assign(new Map([[1, 2]]), { name: 'n' })], verdict: 'refused', at: '[0].name', reason: /a field of a Map would be left behind; pass it beside the Map, e\.g\. \{ value, name \}/, others: () => [new Set(), new Date(0), /a/, new URL('a:b'), new Headers(), new ArrayBuffer(4), new SharedArrayBuffer(4), new Uint8Array(2), new Float64Array(100), new DataView(new ArrayBuffer(1)), Buffer.from('ab'), Buffer.alloc(100), Object(1) as object, Object('ab') as object, new Blob([])].map((each) => Object.assign(each, { own: 1 })) },
  { name: 'built-in objects under another prototype', make: () => [Object.setPrototypeOf(new Map([[1, 2]]), Object.prototype) as unknown], verdict: 'refused', at: '[0]', reason: /contents of a Map under another prototype/, others: () => [new Map(), new Set(), new Date(), /a/, Promise.resolve(), new WeakMap(), new WeakSet(), new Uint8Array(1), new ArrayBuffer(1), Object(1) as object, generator()].flatMap((each: object) => [null, Object.prototype].map((prototype) => Object.setPrototypeOf(each, prototype) as unknown)) },
  { name: 'Map: its order, any keys, itself among them', make: () => { const map = new Map<unknown, unknown>([['z', 1], ['a', { deep: new Map([[NaN, -0]]) }], [{ key: 1 }, 2], [new URL('a:b'), 3], [new Error('key'), 4]]); return map.set(map, map).set('last', 5); } },
  { name: 'Set: its order, itself among its items', make: () => { const set = new Set<unknown>(['z', { a: 1 }, new URL('a:b'), 'a']); return set.add(set).add(NaN); } },
  { name: 'WeakMap, WeakSet, WeakRef, FinalizationRegistry', make: () => [1, new WeakRef({})], verdict: 'refused', at: '[1]', reason: /a WeakRef can't travel; pass what it refers to/, others: () => [new WeakMap(), new WeakSet(), new FinalizationRegistry(() => undefined)] },
  { name: 'iterators and generators', make: () => [[1].values()], verdict: 'refused', at: '[0]', reason: /can't travel|would arrive/, others: () => [generator(), new Map().entries(), 'a'.matchAll(/a/g)] },
  { name: 'subclasses of Array, Map, Set that are not registered', make: () => [new (class Stack extends Array<number> {})()], verdict: 'refused', at: '[0]', reason: /an instance of Stack would arrive as a plain Array .*pass plain data \(e\.g\. \[\.\.\.value\]\), or register its class: serializable/, others: () => [new (class Bag extends Map<number, number> {})([[1, 2]]), new (class Few extends Set<number> {})()] },
];

const builtIns: Shape[] = [
  { name: 'Date, invalid ones too', make: () => [new Date(0), new Date(8.64e15), new Date(NaN)] },
  { name: 'subclasses of Date that are not registered', make: () => [new (class Day extends Date { get day(): number { return this.getDay(); } })(0)], verdict: 'refused', at: '[0]', reason: /an instance of Day would arrive as a plain Date .*new Date\(value\)/ },
  { name: 'those that add nothing, as fake clocks make them', make: clockDate, verdict: 'converted', becomes: () => new Date(5), note: 'as a Date' },
  { name: 'RegExp', make: () => [/a+/, /(?<x>é)/giu, /\//s, new RegExp('')] },
  { name: '`lastIndex` of a RegExp', make: () => Object.assign(/a/g, { lastIndex: 3 }), verdict: 'converted', becomes: () => /a/g, note: 'it is 0' },
  { name: 'boxed primitives: `Object(1)`', make: () => [Object(0), Object(-0), Object('text'), Object(true), Object(false), Object(5n)] as unknown[] },
  { name: 'boxed symbols that are registered or well-known', make: () => [Object(Symbol.for('b')), Object(Symbol.iterator)] as unknown[] },
  { name: 'URL, URLSearchParams', make: () => [new URL('https://u:p@example.com:81/ä?b=1#c'), new URLSearchParams([['a', '1'], ['a', ' ']])] },
  { name: 'Headers, repeated cookies too', make: () => new Headers([['x-b', '1'], ['a', '2'], ['a', '3'], ['set-cookie', 'c=1'], ['set-cookie', 'd=2']]) },
  { name: 'subclasses of other built-in classes that are not registered', make: () => [new (class Pattern extends RegExp {})('x')], verdict: 'refused', at: '[0]', reason: /an instance of Pattern would arrive as a plain RegExp/, others: () => [new (class Own extends Number {})(1), new (class Own extends String {})('a'), new (class Own extends Boolean {})(true), new (class Own extends Uint8Array {})(2), new (class Own extends Float64Array {})(99), new (class Own extends (DataView as new (buffer: ArrayBuffer) => object) {})(new ArrayBuffer(1)), new (class Own extends ArrayBuffer {})(1), new (class Own extends Blob {})([]), Object.setPrototypeOf(Buffer.alloc(2), class Own extends Buffer {}.prototype) as unknown, new (class Own extends URL {})('a:b')] },
  { name: 'Request, Response, FormData', make: () => ({ answer: new Response('x') }), verdict: 'refused', at: '.answer', reason: /Response/, others: () => [new Request('http://a'), new FormData()] },
  { name: 'Promise', make: () => ({ later: Promise.resolve(1) }), verdict: 'refused', at: '.later', reason: /a Promise can't travel; await it first/ },
  { name: 'Proxy', make: () => [new Proxy({}, {})], verdict: 'refused', at: '[0]', reason: /a Proxy can't travel/ },
  { name: 'a revoked Proxy', make: () => [revoked()], verdict: 'refused', at: '[0]', reason: /a revoked Proxy can't travel/ },
  { name: 'AbortSignal', make: () => [AbortSignal.abort()], verdict: 'refused', at: '[0]', reason: /an AbortSignal can't travel; submit through executor\.with/ },
  { name: 'instances that can be iterated with `for await`', make: () => [new IncomingMessage(new Socket())], verdict: 'refused', at: '[0]', reason: /an instance of IncomingMessage is more than the items it yields.*pass value\[Symbol\.asyncIterator\]\(\)/, others: () => [new (class Rows { async *[Symbol.asyncIterator](): AsyncGenerator<number> { yield 1; } })()] },
  { name: 'sockets, streams, Hmac and other handles', make: () => ({ from: new Readable() }), verdict: 'refused', at: '.from', reason: /Readable/, others: () => [createHmac('sha1', 'k'), new Socket(), new AsyncResource('shape')] },
];

/** Makes errors of classes that Node 20 does not have. */
function newerErrors(): Error[] {
  const { SuppressedError, QuotaExceededError } = globalThis as unknown as Record<string, (new (...args: unknown[]) => Error) | undefined>;
  return [SuppressedError && new SuppressedError(new Error('a'), 'b', 'c'), QuotaExceededError && new QuotaExceededError('m', { quota: 3, requested: 5 })].filter((each) => each !== undefined);
}

const errors: Shape[] = [
  { name: 'errors of the built-in classes, with their stack', make: () => [new Error('a'), new TypeError('b'), new RangeError(''), new SyntaxError('c'), new ReferenceError('d'), new EvalError('e'), new URIError('f')] },
  { name: 'errors of WebAssembly', make: () => [new WebAssembly.CompileError('q'), new WebAssembly.LinkError('q'), new WebAssembly.RuntimeError('q')] },
  { name: 'SuppressedError, QuotaExceededError, where there are any', make: newerErrors },
  { name: 'own fields of errors, `code` among them', make: () => Object.assign(new TypeError('x'), { code: 'E_X', at: new Date(1), where: { a: [1] } }) },
  { name: 'causes, in rings too', make: () => { const error = new Error('a', { cause: new RangeError('b', { cause: 'c' }) }); (error.cause as Error).cause = error; return error; } },
  { name: 'AggregateError with its errors', make: () => new AggregateError([new TypeError('a'), 'b', new AggregateError([])], 'c', { cause: undefined }) },
  { name: 'ExceptionGroup with its errors, groups within', make: () => new ExceptionGroup('two', [new TypeError('a'), new ExceptionGroup('inner', ['b'])], { cause: 'why' }) },
  { name: 'DOMException', make: () => new DOMException('gone', 'AbortError') },
  { name: 'errors of a class that is not registered', make: () => withoutStack(new (class LostError extends RangeError { limit = 1; })('x')), verdict: 'converted', becomes: () => withoutStack(Object.assign(named(new RangeError('x'), 'LostError'), { limit: 1 })), note: 'as its built-in base class, with name and fields' },
  { name: 'fields of errors whose keys are symbols', make: () => withoutStack(Object.assign(new Error('x'), { [Symbol('s')]: 1 })), verdict: 'converted', becomes: () => withoutStack(new Error('x')), note: 'without them: an error is never refused' },
  { name: 'what an error holds and can not travel', make: () => withoutStack(Object.assign(new Error('x'), { retry: new WeakMap() })), verdict: 'converted', becomes: () => withoutStack(Object.assign(new Error('x'), { retry: "[a WeakMap can't travel; pass what it refers to]" })), note: 'a text that says why' },
];

const classes: Shape[] = [
  { name: 'instances of registered classes, by their fields', make: () => { const vector = new Vector(1, 2); vector.other = vector; return [vector, new Map([[vector, new Vector(3, 4)]])]; } },
  { name: 'instances of registered classes, by encode and decode', make: () => [new Account('a', 10n), { deep: new Account('b', 2n) }] },
  { name: 'errors of registered classes', make: () => new OwnError('x', { cause: new OwnError('y') }) },
  { name: 'instances of other classes', make: () => ({ who: new Plain() }), verdict: 'refused', at: '.who', reason: /an instance of Plain would arrive as a plain object/ },
  { name: '`Object.create(object)`', make: () => [Object.create({ inherited: 1 })] as unknown[], verdict: 'refused', at: '[0]', reason: /would arrive as a plain object/ },
];

const bytes: Shape[] = [
  { name: 'ArrayBuffer', make: () => [new Uint8Array([1, 2, 3]).buffer, new ArrayBuffer(0)] },
  { name: 'typed arrays and DataView', make: () => [new Int8Array([-1]), new Uint8ClampedArray([300]), new Uint16Array([1, 2]), new Int32Array(1), new Float32Array([0.5]), new Float64Array([-0, NaN]), new BigInt64Array([-1n]), new BigUint64Array([1n]), new DataView(new ArrayBuffer(4), 1, 2)] },
  { name: 'views of one buffer', make: () => { const buffer = new ArrayBuffer(16); return { all: new Uint8Array(buffer), part: new Uint8Array(buffer, 4, 4), wide: new Float64Array(buffer, 8), buffer }; } },
  { name: 'buffers that can be resized, and views that follow their size', make: resizable },
  { name: 'a view beyond a buffer that was made smaller', make: () => [shrunk()], verdict: 'refused', at: '[0]', reason: /the view lies beyond its buffer/ },
  { name: 'Float16Array, where there are any', make: () => [(globalThis as unknown as Record<string, (new (items: number[]) => object) | undefined>)['Float16Array']].map((Float16Array) => Float16Array && new Float16Array([1.5, -0])) },
  { name: 'Buffer', make: () => [Buffer.from('small'), Buffer.alloc(10_000, 7), Buffer.from(new ArrayBuffer(3))] },
  { name: 'an empty view beyond the end', make: () => new Uint8Array(new ArrayBuffer(4), 4) },
  { name: 'a buffer that was moved before', make: () => [detached()], verdict: 'refused', at: '[0]', reason: /its memory was moved before, by transfer/ },
  { name: 'SharedArrayBuffer and its views', make: () => [new SharedArrayBuffer(4), new Int32Array(new SharedArrayBuffer(8))], betweenProcesses: 'refused', at: '[0]', reason: /a SharedArrayBuffer can't be shared with another process/, note: 'shared, not copied' },
  { name: 'Blob', make: () => [new Blob(['abc'], { type: 'text/plain' })], betweenProcesses: 'refused', at: '[0]', reason: /a Blob can't leave its process/ },
  { name: 'File', make: () => [new File(['abc'], 'name.txt', { type: 'text/plain', lastModified: 5 })], betweenProcesses: 'refused', at: '[0]', reason: /a File can't leave its process/ },
  { name: 'KeyObject, WebAssembly.Module', make: () => [createSecretKey(Buffer.from('key')), new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))], betweenProcesses: 'refused', at: '[0]', reason: /a SecretKeyObject can't leave its process/ },
  { name: 'MessagePort and web streams, within `transfer(value)`', make: () => [transferable()], betweenProcesses: 'refused', at: '[0]', reason: /a ReadableStream can't leave its process/, note: 'moved' },
  { name: 'MessagePort and web streams, by themselves', make: () => [new ReadableStream()], verdict: 'refused', at: '[0]', reason: /a ReadableStream can only be moved; wrap it: transfer\(value\)/ },
];

const ResizableBuffer = ArrayBuffer as new (size: number, options: { maxByteLength: number }) => ArrayBuffer;

function resizable(): unknown {
  const buffer = new ResizableBuffer(8, { maxByteLength: 16 });
  new Uint8Array(buffer).set([1, 2, 3]);
  const full = new ResizableBuffer(8, { maxByteLength: 8 });
  return { tracking: new Uint8Array(buffer), fixed: new Uint8Array(buffer, 4, 4), within: new Uint16Array(buffer, 2, 1), rest: new DataView(buffer, 2), buffer, full, all: new Float64Array(full), part: new Int32Array(full, 4), one: new Int32Array(full, 4, 1), by: new ResizableBuffer(0, { maxByteLength: 4 }) };
}

function shrunk(): unknown {
  const buffer = new ResizableBuffer(8, { maxByteLength: 8 });
  const view = new Uint8Array(buffer, 4, 4);
  (buffer as unknown as { resize(size: number): void }).resize(5);
  return view;
}

function transferable(): unknown {
  return transfer(new ReadableStream());
}

function named<T extends Error>(error: T, name: string): T {
  return Object.defineProperty(error, 'name', { value: name });
}

/** Removes the stack, so that two errors that were made at different places are equal. */
function withoutStack<T extends Error>(error: T): T {
  return Object.assign(error, { stack: `LostError: ${error.message}` });
}

/** All shapes, by the headings of the table. */
export const shapes: Readonly<Record<string, readonly Shape[]>> = {
  Primitives: primitives,
  Objects: records,
  'Arrays and collections': collections,
  'Built-in objects': builtIns,
  Errors: errors,
  Classes: classes,
  'Bytes and handles': bytes,
};
