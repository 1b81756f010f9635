import { types } from 'node:util';
import { SerializationError } from '@heddle/futures/errors';
import { builtInName } from './built-in-prototype.js';
import { constructorName } from './constructor-name.js';
import { shared } from './shared.js';
import { viewName } from './view-class.js';

/** The name of the task's function in paths. */
export const taskRoot = 'task';

const refusals = shared('refusals', () => new WeakSet());

/** Tells whether a value is a {@link Refusal}, from any copy of the package in this realm. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && refusals.has(value);
}

/** Says why a value cannot travel. It is thrown up to the place where the whole path is known. */
export class Refusal extends Error {
  /** The parts of the path, the innermost first. */
  readonly keys: string[] = [];
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.reason = reason;
    refusals.add(this);
  }

  /** Makes the error with the whole path. @param root - the beginning of the path: `args`, `result`, ... */
  toError(root: string): SerializationError {
    const keys = this.keys.reverse();
    const captured = keys.findIndex((key) => key.startsWith('captured '));
    if (captured >= 0) return this.#ofCapture(root + keys.slice(0, captured).join(''), keys.slice(captured));
    const shown = keys.length > 12 ? [...keys.slice(0, 6), `...(${String(keys.length - 12)} more)...`, ...keys.slice(-6)] : keys;
    const path = root + shown.join('');
    const options = this.cause === undefined ? { path } : { path, cause: this.cause };
    return new SerializationError(`${path}: ${this.reason}`, options);
  }

  /**
   * Makes the error for a part of a captured value, with the path `captured "db" (src/app.ts:12).socket`. The path to the function
   * precedes it, unless the function is the task itself.
   */
  #ofCapture(to: string, keys: readonly string[]): SerializationError {
    const chain = keys.map((key, i) => (i > 0 && key.startsWith('captured ') ? ` > ${key}` : key)).join('');
    const path = to === taskRoot ? chain : `${to} > ${chain}`;
    const options = this.cause === undefined ? { path } : { path, cause: this.cause };
    return new SerializationError(`${path}: ${this.reason}${this.#orMakeIt(keys)}`, options);
  }

  /** Adds a remedy for a captured value that is not plain data: a schema, a logger, a database. */
  #orMakeIt(keys: readonly string[]): string {
    const [, name] = /^captured ("(?:[^"\\]|\\.)*")/.exec(keys.findLast((key) => key.startsWith('captured ')) ?? '') ?? [];
    const isWithin = keys.at(-1)?.startsWith('captured ') === false;
    if (name === undefined || !(isWithin || this.reason.startsWith('an instance of '))) return '';
    return `; or make ${name} in the task, once per worker, or move the function to a module and mark it with task(import.meta.url, fn): each worker then has its own`;
  }
}

/** The text of a key in a path: `.name`, `[3]`, `["odd key"]`. */
export function pathKey(key: string | number): string {
  if (typeof key === 'number') return `[${String(key)}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** The refusal of an object, with the reason and the remedy. */
export function refuseObject(value: object): Refusal {
  if (types.isProxy(value))
    return new Refusal(
      isRevoked(value)
        ? "a revoked Proxy can't travel: there is nothing behind it"
        : "a Proxy can't travel; pass a plain copy, e.g. { ...value }",
    );
  if (types.isPromise(value)) return new Refusal("a Promise can't travel; await it first");
  if (types.isModuleNamespaceObject(value)) return new Refusal("a module can't travel; import() it in the task");
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) {
    return new Refusal(`a ${constructorName(value)} can't travel; pass what it refers to`);
  }
  if (value instanceof FinalizationRegistry) return new Refusal("a FinalizationRegistry can't travel; make one in the task");
  if (types.isGeneratorObject(value))
    return new Refusal("a generator can't travel; pass an array of what it yields, or run it by executor.stream()");
  if (typeof value === 'function')
    return new Refusal("a callback is called where it was made, by the task it was given to; it can't be sent on, or back");
  if (value instanceof AbortSignal) {
    return new Refusal("an AbortSignal can't travel; submit through executor.with({ signal }), and use currentTask().signal in the task");
  }
  if (isHandle(value)) {
    return new Refusal(
      `a ${constructorName(value)} can't leave its thread: it is bound to an open handle; open it in the task, or once in each worker by perWorker(() => ...)`,
    );
  }
  if (typeof (value as { submit?: unknown }).submit === 'function' && 'shutdown' in value) {
    return new Refusal(`a ${constructorName(value)} can't leave its thread; in a task, submit to currentExecutor()`);
  }
  if ('write' in value && Symbol.asyncIterator in value && !('digest' in value)) {
    return new Refusal(`a ${constructorName(value)} is written to as well; pass what is read from it: Readable.from(value)`);
  }
  if (isTransferOnly(value)) return new Refusal(`a ${constructorName(value)} can only be moved; wrap it: transfer(value)`);
  if (isItems(value)) return new Refusal(itemsRemedy(value));
  const name = constructorName(value) || 'a class';
  const [builtIn, example] = builtInOf(value);
  if (hasStrangePrototype(value))
    return new Refusal(`it holds the contents of a ${builtIn} under another prototype, and would arrive under its own; pass ${example}`);
  return new Refusal(
    `an instance of ${name} would arrive as a plain ${builtIn} without its methods and private fields; ` +
      `pass plain data (e.g. ${example}), or register its class: serializable(import.meta.url, Class) where it is defined; or make it in the worker: perWorker(() => ...)`,
  );
}

/** The built-in that structured clone would make of an instance, and an expression by which the user can make it. */
function builtInOf(value: object): readonly [name: string, example: string] {
  if (types.isArgumentsObject(value)) return ['list of arguments', '[...arguments]'];
  if (Array.isArray(value)) return ['Array', '[...value]'];
  if (types.isMap(value)) return ['Map', 'new Map(value)'];
  if (types.isSet(value)) return ['Set', 'new Set(value)'];
  if (types.isDate(value)) return ['Date', 'new Date(value)'];
  if (types.isRegExp(value)) return ['RegExp', 'new RegExp(value.source, value.flags)'];
  if (Buffer.isBuffer(value)) return ['Buffer', 'Buffer.from(value)'];
  if (ArrayBuffer.isView(value)) {
    const name = viewName(value);
    return [name, name === 'DataView' ? 'new DataView(value.buffer)' : `new ${name}(value)`];
  }
  if (types.isAnyArrayBuffer(value)) return ['ArrayBuffer', 'the bytes in it, e.g. new Uint8Array(value)'];
  if (types.isBoxedPrimitive(value)) return [typeof value.valueOf(), 'value.valueOf()'];
  if (value instanceof Blob) return ['Blob', 'new Blob([value], { type: value.type })'];
  return ['object', '{ ...value }'];
}

/** Tells whether an object's contents do not match its prototype: it was given another prototype, or never had a matching one. */
function hasStrangePrototype(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const builtIn = prototype === null ? '' : builtInName(prototype);
  const [kind] = builtInOf(value);
  return kind !== 'object' && (prototype === null || (builtIn !== '' && builtIn !== kind));
}

/** Tells whether an object can be iterated with `for await`. Its methods and fields would be lost. */
function isItems(value: object): boolean {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}

function itemsRemedy(value: object): string {
  const name = constructorName(value) || 'an object';
  return (
    `an instance of ${name} is more than the items it yields, and would arrive without the rest; ` +
    `to pass the items alone, pass value[Symbol.asyncIterator](); else pass plain data, or register its class: serializable(import.meta.url, Class) where it is defined`
  );
}

/** Tells whether a proxy is revoked. `Array.isArray` throws for such a proxy, and calls no trap of others. */
function isRevoked(proxy: object): boolean {
  try {
    Array.isArray(proxy);
    return false;
  } catch {
    return true;
  }
}

function isTransferOnly(value: object): boolean {
  const name = constructorName(value);
  return name === 'MessagePort' || name === 'FileHandle' || (name.endsWith('Stream') && 'locked' in value);
}

function isHandle(value: object): boolean {
  return '_handle' in value || ('fd' in value && typeof (value as { on?: unknown }).on === 'function') || 'asyncId' in value;
}
