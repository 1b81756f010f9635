/**
 * The names a function may use freely, since every worker has them. A static list: what this process has beyond it was
 * put there by somebody and would be missing in a worker. The test beside compares it with a real one.
 */

const ECMASCRIPT = `
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN
  Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError
  TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt
  undefined unescape`;

/** What the global object inherits from `Object.prototype`: `hasOwnProperty.call(...)` is in use. */
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

/** Fine where this process has them, as its workers then do: newer versions and flags. */
const NEWER = `
  AsyncDisposableStack CloseEvent DisposableStack ErrorEvent EventSource Float16Array Iterator Navigator
  QuotaExceededError Storage SuppressedError Temporal URLPattern WebSocket gc navigator`;

/** Globals of other platforms, which code asks for with `typeof` to learn where it runs. */
const FOREIGN = `
  Bun Deno EdgeRuntime HTMLElement WorkerGlobalScope XMLHttpRequest customElements define document importScripts
  location localStorage self sessionStorage window __dirname __filename exports module require`;

const list = (names: string): ReadonlySet<string> => new Set(names.trim().split(/\s+/));

/** What the language itself provides. */
export const ECMASCRIPT_GLOBALS: ReadonlySet<string> = list(ECMASCRIPT);

/** Names that every worker binds, from Node 20 on. */
export const WORKER_GLOBALS: ReadonlySet<string> = list(ECMASCRIPT + INHERITED + NODE_20);

const newer = list(NEWER);
const foreign = list(FOREIGN);

/** Whether a fresh worker of this process binds `name` globally. */
export function isWorkerGlobal(name: string): boolean {
  return WORKER_GLOBALS.has(name) || (newer.has(name) && name in globalThis);
}

/** Whether `typeof name` is a question about the platform rather than about a variable of the user's. */
export function isForeignGlobal(name: string): boolean {
  return foreign.has(name) || newer.has(name);
}
