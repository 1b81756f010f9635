/** Compares a value that was sent with the one that arrived: kinds, contents, and which objects are the same. It compares brands, since realms differ. */
import { types } from 'node:util';

/** @returns where the two values differ; `undefined` when they do not */
export function difference(sent: unknown, arrived: unknown): string | undefined {
  return new Comparison().values(sent, arrived, 'value');
}

class Comparison {
  readonly #twins = new Map<object, object>();
  readonly #arrived = new Set<object>();

  values(a: unknown, b: unknown, path: string): string | undefined {
    if (typeof a !== 'object' || a === null) return Object.is(a, b) ? undefined : `${path}: ${String(a)} became ${String(b)}`;
    if (typeof b !== 'object' || b === null) return `${path}: ${brand(a)} became ${String(b)}`;
    const twin = this.#twins.get(a);
    if (twin !== undefined) return twin === b ? undefined : `${path}: one object became two`;
    if (this.#arrived.has(b)) return `${path}: two objects became one`;
    this.#twins.set(a, b);
    this.#arrived.add(b);
    if (brand(a) !== brand(b)) return `${path}: ${brand(a)} became ${brand(b)}`;
    return this.#insides(a, b, path);
  }

  #insides(a: object, b: object, path: string): string | undefined {
    if (types.isMap(a)) return this.#lists(flat(a), flat(b as Map<unknown, unknown>), path);
    if (types.isSet(a)) return this.#lists([...a], [...(b as Set<unknown>)], path);
    if (types.isDate(a)) return this.values(a.getTime(), (b as Date).getTime(), path);
    if (types.isRegExp(a)) return this.values(text(a), text(b as RegExp), path);
    if (types.isBoxedPrimitive(a)) return this.values(a.valueOf(), b.valueOf(), path);
    if (types.isAnyArrayBuffer(a)) return this.values(hex(a), hex(b as ArrayBuffer), path);
    if (ArrayBuffer.isView(a)) return this.#views(a, b as ArrayBufferView, path);
    if (types.isNativeError(a)) return this.#keys(a, b, [...new Set([...Object.getOwnPropertyNames(a), 'name'])], path);
    if (Array.isArray(a)) {
      const lengths = this.values(a.length, (b as unknown[]).length, `${path}.length`);
      if (lengths !== undefined) return lengths;
    }
    const prototype = Object.getPrototypeOf(b) as object;
    if (!Array.isArray(b) && Object.getPrototypeOf(prototype) !== null) return `${path}: has another prototype`;
    const keys = Object.keys(a);
    return this.values(keys.join(), Object.keys(b).join(), `keys of ${path}`) ?? this.#keys(a, b, keys, path);
  }

  #keys(a: object, b: object, keys: readonly string[], path: string): string | undefined {
    for (const key of keys) {
      const found = this.values(own(a, key), own(b, key), `${path}[${JSON.stringify(key)}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #lists(a: readonly unknown[], b: readonly unknown[], path: string): string | undefined {
    if (a.length !== b.length) return `${path}: ${String(a.length)} entries became ${String(b.length)}`;
    for (const [i, item] of a.entries()) {
      const found = this.values(item, b[i], `${path}{${String(i)}}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #views(a: ArrayBufferView, b: ArrayBufferView, path: string): string | undefined {
    if (a.byteOffset !== b.byteOffset || a.byteLength !== b.byteLength) return `${path}: another window`;
    return this.values(a.buffer, b.buffer, `${path}.buffer`);
  }
}

function flat(map: ReadonlyMap<unknown, unknown>): unknown[] {
  return [...map.keys(), ...map.values()];
}

function brand(value: object): string {
  return Object.prototype.toString.call(value);
}

function own(value: object, key: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(value, key); // `__proto__` may be an own key
  if (descriptor?.get !== undefined) return Reflect.apply(descriptor.get, value, []) as unknown; // `stack`, from Node 22 on
  return descriptor?.value ?? (key === 'name' ? (value as Error).name : undefined);
}

function text(pattern: RegExp): string {
  return `/${pattern.source}/${pattern.flags}`;
}

function hex(buffer: ArrayBufferLike): string {
  return Buffer.from(buffer).toString('hex');
}
