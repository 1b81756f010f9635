/** The walk that copies: what it returns is ours, and holds records in the place of what would be lost. */
import { encodeError, marker } from './encode-error.js';
import { functionEncoder } from './function-encoder.js';
import type { AnyFunction } from './function-descriptor.js';
import { isRefusal, refuseObject, refuseSymbol } from './refusal.js';
import { travelsAsIs } from './travels-as-is.js';
import { objectKind } from './value-kind.js';
import { TransferNotes, below, cannotLeaveProcess, checkAttached, checkOwnMemory, deepest, mapKey, tooDeep, tooLarge, type Reach } from './walk.js';

/** What a limited copy may have at most: nodes, and bytes of binary data. */
const smallNodes = 64;
const smallBytes = 4096;

/** 'small': gives up (GivesUp) on what is not; 'live': all, but binary data of the user's stays where it is; 'all'. */
export type CopyExtent = 'small' | 'live' | 'all';

export class Copy {
  /** Whether anything was replaced by a record. */
  encoded = false;
  /** Whether the copy refers to the user's own memory. */
  live = false;
  readonly notes: TransferNotes;
  readonly #reach: Reach;
  readonly #extent: CopyExtent;
  readonly #isTrial: boolean;
  #nodes: number;
  #bytes: number;
  #depth = 0;
  #seen: Map<object, unknown> | undefined;
  /** Buffers and their copies, whether met by themselves or below a view. */
  #buffers: Map<ArrayBuffer, ArrayBuffer> | undefined;

  /** @param isTrial - only to see whether all can travel: nothing is moved */
  constructor(reach: Reach, extent: CopyExtent, isTrial = false) {
    this.#isTrial = isTrial;
    this.notes = new TransferNotes(reach);
    this.#reach = reach;
    this.#extent = extent;
    this.#nodes = extent === 'small' ? smallNodes : Infinity;
    this.#bytes = extent === 'small' ? smallBytes : Infinity;
  }

  value(value: unknown): unknown {
    if (travelsAsIs(value)) return value;
    if (typeof value === 'symbol') throw refuseSymbol(value);
    const object = value as object;
    const known = this.#seen?.get(object);
    if (known !== undefined) return known;
    if (--this.#nodes < 0) throw tooLarge;
    if (++this.#depth > deepest) throw tooDeep();
    const copy = typeof object === 'function' ? this.#function(object as AnyFunction) : this.#object(object);
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
        return this.#reach === 'process' ? this.#bareBuffer(value as ArrayBuffer) : this.#buffer(value as ArrayBuffer);
      case 'date':
        return this.#register(value, new Date((value as Date).getTime()));
      case 'shared':
      case 'host':
        if (this.#reach === 'process') throw cannotLeaveProcess(value);
        return this.#register(value, value);
      case 'regexp':
      case 'boxed':
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
        return `[${isRefusal(problem) ? problem.reason : "it can't be read"}]`;
      },
      (record) => this.#register(value, record),
    );
  }

  #function(value: AnyFunction): object {
    this.encoded = true;
    return functionEncoder(value)(value, (each) => this.value(each), (record) => this.#register(value, record));
  }

  #view(value: ArrayBufferView): object {
    if (this.#reach === 'process') checkOwnMemory(value);
    const { buffer, byteOffset, byteLength } = value;
    if (buffer instanceof SharedArrayBuffer) return this.#register(value, value);
    if (this.#extent === 'live' && !this.notes.has(buffer)) {
      checkAttached(buffer);
      this.live = true;
      return this.#register(value, value);
    }
    if (!this.notes.has(buffer) && Buffer.isBuffer(value)) {
      this.#spend(byteLength); // most Buffers are small windows of a pool: take the window only
      return this.#register(value, new Uint8Array(value));
    }
    const { length } = value as Uint8Array; // read before the buffer may be detached
    const copied = this.#buffer(buffer);
    if (copied === buffer) return this.#register(value, value);
    if (value instanceof DataView) return this.#register(value, new DataView(copied, byteOffset, byteLength));
    const View = value.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => object;
    return this.#register(value, new View(copied, byteOffset, length));
  }

  /** A buffer that no view stands for: V8 writes only views without copying them once more. */
  #bareBuffer(value: ArrayBuffer): object {
    this.encoded = true;
    return this.#register(value, { [marker]: 'buffer', bytes: new Uint8Array(this.#buffer(value)) });
  }

  #buffer(value: ArrayBuffer): ArrayBuffer {
    const known = this.#buffers?.get(value);
    if (known !== undefined) return known;
    checkAttached(value);
    const copied = this.#copyOf(value);
    (this.#buffers ??= new Map()).set(value, copied);
    return copied;
  }

  #copyOf(value: ArrayBuffer): ArrayBuffer {
    if (this.notes.has(value)) {
      if (this.#isTrial) return value;
      const moved = structuredClone(value, { transfer: [value] }); // detached here and now
      this.notes.replace(value, moved);
      return moved;
    }
    if (this.#extent === 'live') {
      this.live = true;
      return value;
    }
    this.#spend(value.byteLength);
    return value.slice(0);
  }

  #spend(bytes: number): void {
    if ((this.#bytes -= bytes) < 0) throw tooLarge;
  }
}
