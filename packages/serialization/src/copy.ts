/** The walk that copies: what it returns is ours, and holds records in the place of what would be lost. */
import { encodeError, marker } from './encode-error.js';
import { Refusal, refuseFunctionOrSymbol, refuseObject } from './refusal.js';
import { travelsAsIs } from './travels-as-is.js';
import { objectKind } from './value-kind.js';
import { TransferNotes, below, checkAttached, deepest, mapKey, tooDeep, tooLarge } from './walk.js';

/** What a limited copy may have at most: nodes, and bytes of binary data. */
const smallNodes = 64;
const smallBytes = 4096;

export class Copy {
  /** Whether anything was replaced by a record. */
  encoded = false;
  readonly notes: TransferNotes = new TransferNotes();
  #nodes: number;
  #bytes: number;
  #depth = 0;
  #seen: Map<object, unknown> | undefined;

  /** @param limited - give up (GivesUp) on what is not small */
  constructor(limited: boolean) {
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
    if (++this.#depth > deepest) throw tooDeep();
    const copy = this.#object(object);
    this.#depth -= 1;
    return copy;
  }

  #register<T extends object>(original: object, copy: T): T {
    (this.#seen ??= new Map()).set(original, copy);
    return copy;
  }

  #object(value: object): unknown {
    this.notes.note(value);
    const kind = objectKind(value, true);
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
        return this.#error(value as Error);
      case 'view':
        return this.#view(value as ArrayBufferView);
      case 'buffer':
        return this.#buffer(value as ArrayBuffer);
      case 'date':
        return this.#register(value, new Date((value as Date).getTime()));
      case 'shared':
      case 'regexp':
      case 'boxed':
      case 'host':
        return this.#register(value, value);
      case 'refused':
        if (this.notes.has(value)) return this.#register(value, value);
        throw refuseObject(value);
    }
  }

  #record(value: Record<string, unknown>): object {
    if (Object.hasOwn(value, marker)) {
      this.encoded = true;
      const inner: Record<string, unknown> = {};
      const escaped = this.#register(value, { [marker]: 'record', value: inner });
      this.#fields(value, inner);
      return escaped;
    }
    const copy = this.#register<Record<string, unknown>>(value, {});
    this.#fields(value, copy);
    return copy;
  }

  #fields(value: Record<string, unknown>, copy: Record<string, unknown>): void {
    let at = '';
    try {
      for (at of Object.keys(value)) {
        const field = this.value(value[at]);
        if (at === '__proto__') Object.defineProperty(copy, at, { value: field, enumerable: true, configurable: true, writable: true });
        else copy[at] = field;
      }
    } catch (problem) {
      throw below(problem, at);
    }
  }

  #array(value: unknown[]): object {
    const copy = this.#register(value, new Array<unknown>(value.length));
    let at = 0;
    try {
      for (; at < value.length; at++) {
        const item = value[at];
        if (item === undefined && !(at in value)) continue; // a hole stays one
        copy[at] = travelsAsIs(item) ? item : this.value(item);
      }
    } catch (problem) {
      throw below(problem, at);
    }
    return copy;
  }

  #map(value: Map<unknown, unknown>): object {
    const copy = this.#register(value, new Map<unknown, unknown>());
    let at: unknown;
    try {
      for (const [key, item] of value) {
        at = key;
        copy.set(this.value(key), this.value(item));
      }
    } catch (problem) {
      throw below(problem, mapKey(at));
    }
    return copy;
  }

  #set(value: Set<unknown>): object {
    const copy = this.#register(value, new Set<unknown>());
    let at = 0;
    try {
      for (const item of value) {
        copy.add(this.value(item));
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
    if (buffer instanceof SharedArrayBuffer) return this.#register(value, value);
    if (!this.notes.has(buffer) && Buffer.isBuffer(value)) {
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
    checkAttached(value);
    if (this.notes.has(value)) {
      const moved = structuredClone(value, { transfer: [value] }); // detached here and now
      this.notes.replace(value, moved);
      return this.#register(value, moved);
    }
    this.#spend(value.byteLength);
    return this.#register(value, value.slice(0));
  }

  #spend(bytes: number): void {
    if ((this.#bytes -= bytes) < 0) throw tooLarge;
  }
}
