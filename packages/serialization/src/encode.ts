/**
 * Values on their way out. Three speeds:
 *
 *   primitive            as it is (the caller asks `travelsAsIs` and never comes here)
 *   small                copied while it is checked: it can wait for its batch, later changes do not reach it
 *   large, and the       checked only, and passed on live: structured clone copies it the moment it is posted,
 *   message leaves now   so nothing is copied twice; the caller must post before it returns to the user
 *
 * What structured clone would lose (errors) is replaced by records with a marker; `encoded` says whether any are there,
 * so that the receiver walks only then.
 */
import { encodeError, marker } from './encode-error.js';
import { Refusal, pathKey, refuseFunctionOrSymbol, refuseObject } from './refusal.js';
import { clearTransferMark, hasTransferMarks, transferListOf } from './transfer.js';
import { objectKind } from './value-kind.js';

/** Values ready for `postMessage`. */
export interface Encoded<T> {
  readonly value: T;
  /** Whether {@link decodeValue} has something to rebuild. */
  readonly encoded: boolean;
  /** Whether `value` refers to the user's own objects: post it before they can change. */
  readonly live: boolean;
  /** For postMessage's transfer list. */
  readonly transfer: readonly object[] | undefined;
}

/** Beyond this, structured clone itself runs out of stack. */
const deepest = 1000;
/** What is copied at most when the message could leave at once: nodes, and bytes of binary data. */
const smallNodes = 64;
const smallBytes = 4096;

/** Whether a value is a primitive that needs no care. */
export function travelsAsIs(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return true;
    default:
      return value === null;
  }
}

/** Thrown by a walk that gives up, for another one to begin; made once, since they say nothing but which. */
class GivesUp extends Error {}
const tooLarge = new GivesUp('too large to copy');
const needsCopy = new GivesUp('must be replaced, so must be copied');

class Walk {
  encoded = false;
  transfer: object[] | undefined;
  /** Values with a mark of `transfer`, to be cleared once they are on their way. */
  marked: object[] | undefined;
  readonly #mayMove = hasTransferMarks();
  readonly #copying: boolean;
  #nodes: number;
  #bytes: number;
  #depth = 0;
  #seen: Map<object, unknown> | undefined;

  constructor(copying: boolean, limited: boolean) {
    this.#copying = copying;
    this.#nodes = limited ? smallNodes : Infinity;
    this.#bytes = limited ? smallBytes : Infinity;
  }

  value(value: unknown): unknown {
    if (travelsAsIs(value)) return value;
    if (typeof value !== 'object') throw refuseFunctionOrSymbol(value);
    const object = value as object;
    const known = this.#seen?.get(object);
    if (known !== undefined) return known;
    if (--this.#nodes < 0) throw tooLarge;
    if (++this.#depth > deepest) throw new Refusal(`it is nested more than ${String(deepest)} deep; structured clone can't carry that: flatten it`);
    const copy = this.#object(object);
    this.#depth -= 1;
    return copy;
  }

  #register<T extends object>(original: object, copy: T): T {
    (this.#seen ??= new Map()).set(original, copy);
    return copy;
  }

  #object(value: object): unknown {
    if (this.#mayMove) this.#noteTransfer(value);
    const kind = objectKind(value, this.#copying);
    switch (kind) {
      case 'record':
        return this.#record(value as Record<string, unknown>);
      case 'array':
        return this.#array(value as unknown[]);
      case 'map':
        return this.#map(value as Map<unknown, unknown>);
      case 'set':
        return this.#set(value as Set<unknown>);
      case 'error':
        if (!this.#copying) throw needsCopy;
        return this.#error(value as Error);
      case 'view':
        return this.#view(value as ArrayBufferView);
      case 'buffer':
        return this.#buffer(value as ArrayBuffer);
      case 'date':
        return this.#copying ? this.#register(value, new Date((value as Date).getTime())) : this.#register(value, value);
      case 'shared':
      case 'regexp':
      case 'boxed':
      case 'host':
        return this.#register(value, value);
      case 'refused':
        if (this.transfer?.includes(value) === true) return this.#register(value, value);
        throw refuseObject(value);
    }
  }

  #record(value: Record<string, unknown>): object {
    if (Object.hasOwn(value, marker)) {
      if (!this.#copying) throw needsCopy;
      this.encoded = true;
      const inner: Record<string, unknown> = {};
      const escaped = this.#register(value, { [marker]: 'record', value: inner });
      this.#fields(value, inner);
      return escaped;
    }
    const copy: Record<string, unknown> = this.#copying ? {} : value;
    this.#register(value, copy);
    this.#fields(value, copy);
    return copy;
  }

  #fields(value: Record<string, unknown>, copy: Record<string, unknown>): void {
    let at = '';
    try {
      if (this.#copying) {
        for (at of Object.keys(value)) {
          const field = this.value(value[at]);
          if (at === '__proto__') Object.defineProperty(copy, at, { value: field, enumerable: true, configurable: true, writable: true });
          else copy[at] = field;
        }
      } else {
        for (at of Object.keys(value)) {
          const field = value[at];
          if (!travelsAsIs(field)) this.value(field);
        }
      }
    } catch (problem) {
      throw below(problem, at);
    }
  }

  #array(value: unknown[]): object {
    const copy = this.#copying ? new Array<unknown>(value.length) : value;
    this.#register(value, copy);
    let at = 0;
    try {
      for (; at < value.length; at++) {
        const item = value[at];
        if (item === undefined && !(at in value)) continue; // a hole stays one
        const encoded = travelsAsIs(item) ? item : this.value(item);
        if (this.#copying) copy[at] = encoded;
      }
    } catch (problem) {
      throw below(problem, at);
    }
    return copy;
  }

  #map(value: Map<unknown, unknown>): object {
    const copy = this.#copying ? new Map<unknown, unknown>() : value;
    this.#register(value, copy);
    let at: unknown;
    try {
      for (const [key, item] of value) {
        at = key;
        const encodedKey = this.value(key);
        const encodedItem = this.value(item);
        if (this.#copying) copy.set(encodedKey, encodedItem);
      }
    } catch (problem) {
      throw below(problem, `get(${typeof at === 'object' ? 'an object' : show(at)})`);
    }
    return copy;
  }

  #set(value: Set<unknown>): object {
    const copy = this.#copying ? new Set<unknown>() : value;
    this.#register(value, copy);
    let at = 0;
    try {
      for (const item of value) {
        const encoded = this.value(item);
        if (this.#copying) copy.add(encoded);
        at += 1;
      }
    } catch (problem) {
      throw below(problem, at);
    }
    return copy;
  }

  #error(value: Error): object {
    this.encoded = true;
    return encodeError(
      value,
      (each) => this.value(each),
      (problem) => {
        if (problem === tooLarge) throw tooLarge;
        return `[${problem instanceof Refusal ? problem.reason : "it can't be read"}]`;
      },
      (record) => this.#register(value, record),
    );
  }

  #view(value: ArrayBufferView): object {
    const { buffer, byteOffset, byteLength } = value;
    if (!this.#copying || buffer instanceof SharedArrayBuffer) return this.#register(value, value);
    if (this.transfer?.includes(buffer) !== true && Buffer.isBuffer(value)) {
      this.#spend(byteLength); // most Buffers are small windows of a pool: take the window only
      return this.#register(value, new Uint8Array(value));
    }
    const { length } = value as Uint8Array; // read before the buffer may be detached
    const copied = (this.#seen?.get(buffer) as ArrayBuffer | undefined) ?? this.#buffer(buffer);
    if (copied === buffer) return this.#register(value, value);
    if (value instanceof DataView) return this.#register(value, new DataView(copied, byteOffset, byteLength));
    const View = value.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => object;
    return this.#register(value, new View(copied, byteOffset, length));
  }

  #buffer(value: ArrayBuffer): ArrayBuffer {
    if (!this.#copying) return this.#register(value, value);
    const moving = this.transfer?.indexOf(value) ?? -1;
    if (moving >= 0 && this.transfer !== undefined) {
      const moved = structuredClone(value, { transfer: [value] }); // detached here and now
      this.transfer[moving] = moved;
      return this.#register(value, moved);
    }
    this.#spend(value.byteLength);
    return this.#register(value, value.slice(0));
  }

  #spend(bytes: number): void {
    if ((this.#bytes -= bytes) < 0) throw tooLarge;
  }

  #noteTransfer(value: object): void {
    const list = transferListOf(value);
    if (list === undefined) return;
    (this.marked ??= []).push(value);
    for (const each of list) if (this.transfer?.includes(each) !== true) (this.transfer ??= []).push(each);
  }
}

function show(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : String(key);
}

function below(problem: unknown, key: string | number): Error {
  if (problem instanceof GivesUp) return problem;
  const refusal = problem instanceof Refusal ? problem : new Refusal(unreadable(problem), problem);
  refusal.keys.push(typeof key === 'string' && key.startsWith('get(') ? `.${key}` : pathKey(key));
  return refusal;
}

function unreadable(problem: unknown): string {
  if (problem instanceof RangeError && /call stack/i.test(problem.message)) return 'it is nested too deep for structured clone: flatten it';
  return 'reading it threw (see cause); pass a value without that getter';
}

/**
 * Makes a value ready to travel.
 *
 * @param root - what the value is called in messages: `args`, `result`
 * @param mayPostNow - whether the message can leave before the user's code goes on; large values are then not copied
 * @throws SerializationError with the path of what can't travel
 */
export function encodeValue<T>(value: T, root: string, mayPostNow: boolean): Encoded<T> {
  if (travelsAsIs(value)) return { value, encoded: false, live: false, transfer: undefined };
  try {
    // What is to be moved is detached while it is copied: make sure first that the rest can travel.
    if (hasTransferMarks()) {
      const checked = attempt(value, false, false);
      if (checked !== undefined && mayPostNow) return finish(checked, true);
    }
    const copied = attempt(value, true, mayPostNow);
    if (copied !== undefined) return finish(copied, false);
    const checked = attempt(value, false, false);
    if (checked !== undefined) return finish(checked, true);
    const recopied = attempt(value, true, false);
    if (recopied !== undefined) return finish(recopied, false);
    throw new Refusal("it can't be copied"); // unreachable: an unlimited copy never gives up
  } catch (problem) {
    throw problem instanceof Refusal ? problem.toError(root) : problem;
  }
}

interface Attempt<T> {
  readonly value: T;
  readonly walk: Walk;
  readonly transfer: object[] | undefined;
}

function attempt<T>(value: T, copying: boolean, limited: boolean): Attempt<T> | undefined {
  const walk = new Walk(copying, limited);
  try {
    return { value: walk.value(value) as T, walk, transfer: walk.transfer };
  } catch (problem) {
    if (problem instanceof GivesUp) return undefined;
    if (problem instanceof Refusal) throw problem;
    throw new Refusal(unreadable(problem), problem);
  }
}

function finish<T>({ value, walk, transfer }: Attempt<T>, live: boolean): Encoded<T> {
  for (const each of walk.marked ?? []) clearTransferMark(each);
  return { value, encoded: walk.encoded, live, transfer };
}
