/**
 * What a value looks like, as plain data that tests can compare: brands, classes, contents, and which objects are the same
 * one. It doesn't depend on realms: under Jest what comes out of structured clone belongs to another.
 */
import { types } from 'node:util';

/** The image of a value; equal images mean values that no program can tell apart, as far as their contents go. */
export function image(value: unknown): unknown {
  return new Imager().of(value);
}

class Imager {
  readonly #seen = new Map<object, number>();

  of(value: unknown): unknown {
    if (typeof value === 'symbol') return value;
    if (Object.is(value, -0)) return 'number -0';
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return `${typeof value} ${String(value)}`;
    const known = this.#seen.get(value);
    if (known !== undefined) return `object ${String(known)} again`;
    this.#seen.set(value, this.#seen.size);
    const brand = Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value);
    return { brand, class: className(value), contents: this.#contents(value), fields: this.#fields(value) };
  }

  #contents(value: object): unknown {
    if (Array.isArray(value)) return { length: value.length };
    if (types.isMap(value)) return [...value].map(([key, item]) => [this.of(key), this.of(item)]);
    if (types.isSet(value)) return [...value].map((item) => this.of(item));
    if (types.isDate(value)) return value.getTime();
    if (types.isRegExp(value)) return [value.source, value.flags, value.lastIndex];
    if (types.isBoxedPrimitive(value)) return this.of((value as { valueOf(): unknown }).valueOf());
    if (types.isAnyArrayBuffer(value)) return [[...new Uint8Array(value)], (value as { resizable?: boolean }).resizable === true];
    if (Buffer.isBuffer(value)) return [...value];
    if (ArrayBuffer.isView(value)) return [this.of(value.buffer), value.byteOffset, value.byteLength];
    if (types.isNativeError(value)) return this.#error(value);
    if (value instanceof DOMException) return [value.name, value.message, value.code];
    if (value instanceof URL || value instanceof URLSearchParams) return String(value);  
    if (value instanceof Headers) return [...value];
    if (value instanceof File) return [value.name, value.lastModified, value.size, value.type];
    if (value instanceof Blob) return [value.size, value.type];
    if (types.isKeyObject(value)) return value.export().toString('hex');
    return undefined;
  }

  #error(error: Error): unknown {
    const errors = Object.hasOwn(error, 'errors') ? (error as AggregateError).errors.map((each: unknown) => this.of(each)) : undefined;
    const cause = Object.hasOwn(error, 'cause') ? [this.of(error.cause)] : undefined;
    return { name: error.name, message: error.message, stack: error.stack, cause, errors };
  }

  /** Own enumerable ones; an array's elements are among them. */
  #fields(value: object): unknown {
    if (ArrayBuffer.isView(value) || types.isStringObject(value)) return [];
    return Object.keys(value).map((key) => [key, this.of((value as Record<string, unknown>)[key])]);
  }
}

function className(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor: { name: string } } | null;
  return prototype === null ? 'none' : prototype.constructor.name;
}
