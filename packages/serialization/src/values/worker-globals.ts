/**
 * The names that a function may use freely, since every worker has them. The list is static: other globals of this process were defined
 * by a program, and a worker would lack them. The test beside this file compares the list with a real worker.
 */

const ECMASCRIPT = `
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN
  Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError
  TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt
  undefined unescape`;

/** The names that the global object inherits from `Object.prototype`, since programs use `hasOwnProperty.call(...)`. */
const INHERITED = `
  __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ constructor hasOwnProperty isPrototypeOf
  propertyIsEnumerable toLocaleString toString valueOf`;

const NODE_20 = `
  AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CompressionStream
  CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventTarget File FormData
  Headers MessageChannel MessageEvent MessagePort Performance PerformanceEntry PerformanceMark PerformanceMeasure
  PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming ReadableByteStreamController ReadableStream
  ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader Request
  Response SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream
  TransformStreamDefaultController URL URLSearchParams WebAssembly WritableStream WritableStreamDefaultController
  WritableStreamDefaultWriter atob btoa clearImmediate clearInterval clearTimeout console crypto fetch global performance
  process queueMicrotask setImmediate setInterval setTimeout structuredClone`;

/** Names of newer versions and of flags: if this process has them, its workers have them, too. */
const NEWER = `
  AsyncDisposableStack CloseEvent DisposableStack ErrorEvent EventSource Float16Array Iterator Navigator
  QuotaExceededError Storage SuppressedError Temporal URLPattern WebSocket gc navigator`;

/** Globals of other platforms, which code tests with `typeof` to learn where it runs. */
const FOREIGN = `
  Bun Deno EdgeRuntime HTMLElement WorkerGlobalScope XMLHttpRequest customElements define document importScripts
  location localStorage self sessionStorage window __dirname __filename exports module require`;

const list = (names: string): ReadonlySet<string> => new Set(names.trim().split(/\s+/));

/** The names that the language itself defines. */
export const ECMASCRIPT_GLOBALS: ReadonlySet<string> = list(ECMASCRIPT);

/** The names that every worker has, from Node 20 on. */
export const WORKER_GLOBALS: ReadonlySet<string> = list(ECMASCRIPT + INHERITED + NODE_20);

/** The names that a worker has if this process has them. */
export const NEWER_GLOBALS: ReadonlySet<string> = list(NEWER);

const foreign = list(FOREIGN);

/** Tells whether a new worker of this process has a global of this name. */
export function isWorkerGlobal(name: string): boolean {
  return WORKER_GLOBALS.has(name) || (NEWER_GLOBALS.has(name) && name in globalThis);
}

/** Tells whether `typeof name` asks about the platform, and not about a variable of the user. */
export function isForeignGlobal(name: string): boolean {
  return foreign.has(name) || NEWER_GLOBALS.has(name);
}
