/**
 * Makes the image of a value: plain data that tests can compare. It shows brands, classes, contents, and which objects are the same. It does
 * not depend on realms, since under Jest the results of structured clone belong to another realm.
 */
import { types } from 'node:util';

/** Returns the image of a value. No program can distinguish the contents of two values with equal images. */
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
    const brand = types.isNativeError(value) ? '[object Error]' : Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value);
    return { brand, classes: classNames(value), contents: this.#readable(value), fields: this.#fields(value) };
  }

  /** Returns an object's contents, or a text when the object has lost the methods that read them. Its classes show that, too. */
  #readable(value: object): unknown {
    try {
      return this.#contents(value);
    } catch {
      return 'unreadable';
    }
  }

  #contents(value: object): unknown {
    if (Array.isArray(value)) return { length: value.length };
    if (types.isMap(value)) return [...value].map(([key, item]) => [this.of(key), this.of(item)]);
    if (types.isSet(value)) return [...value].map((item) => this.of(item));
    if (types.isDate(value)) return value.getTime();
    if (types.isRegExp(value)) return [value.source, value.flags, value.lastIndex];
    if (types.isBoxedPrimitive(value)) return this.of((value as { valueOf(): unknown }).valueOf());
    if (types.isAnyArrayBuffer(value)) return [[...new Uint8Array(value)], sizes(value)];
    if (Buffer.isBuffer(value)) return [...value];
    if (ArrayBuffer.isView(value)) return [this.of(value.buffer), value.byteOffset, value.byteLength, follows(value)];
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
    const errors = Object.hasOwn(error, 'errors')
      ? Array.from((error as AggregateError).errors, (each: unknown) => this.of(each))
      : undefined;
    const cause = Object.hasOwn(error, 'cause') ? [this.of(error.cause)] : undefined;
    return { name: error.name, message: error.message, stack: error.stack, cause, errors };
  }

  /** Returns the own enumerable fields, including an array's elements, but not the fields that Node sets on its own objects. */
  #fields(value: object): unknown {
    const isOfNode = !isOfLanguage(value);
    const keys =
      ArrayBuffer.isView(value) || types.isStringObject(value)
        ? Object.keys(value).filter((key) => !/^\d+$/.test(key))
        : Object.keys(value).filter((key) => !isOfNode || key !== 'constructor');
    const symbols = isOfNode
      ? []
      : Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
    return [...keys, ...symbols].map((key) => [key, this.of((value as Record<string | symbol, unknown>)[key])]);
  }
}

/** Tells whether an object's class belongs to the language, and neither a program nor Node defined it. */
function isOfLanguage(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as { constructor?: unknown } | null;
  return (
    typeof prototype?.constructor !== 'function' ||
    prototype.constructor === Buffer ||
    /\[native code\]/.test(String(prototype.constructor))
  );
}

/** Returns the names of all classes that an object inherits from. */
function classNames(value: object): string[] {
  const names: string[] = [];
  for (
    let prototype = Object.getPrototypeOf(value) as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as { name: string } | undefined;
    names.push(constructor?.name ?? '');
  }
  return names;
}

/** Returns the maximum size of a buffer. */
function sizes(buffer: ArrayBufferLike): unknown {
  const { resizable, maxByteLength } = buffer as ArrayBufferLike & { resizable?: boolean; maxByteLength?: number };
  return resizable === true ? maxByteLength : 'fixed';
}

/** Shows whether a view follows the size of its buffer, by resizing clones. */
function follows(view: ArrayBufferView): unknown {
  if (types.isSharedArrayBuffer(view.buffer) || sizes(view.buffer) === 'fixed') return 'fixed';
  const lengths: unknown[] = [];
  for (let size = 0; size <= (sizes(view.buffer) as number); size++) {
    const clone = structuredClone(view);
    (clone.buffer as unknown as { resize(size: number): void }).resize(size);
    lengths.push(types.isDataView(clone) ? '' : clone.byteLength);
  }
  return lengths;
}
