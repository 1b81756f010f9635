/** Values of every shape that can go to another process, for fast-check. */
import fc from 'fast-check';

const primitive = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-0, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31), 2 ** 53, null, undefined, true, false),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('\ud800', '', '\u0000', '\u0000heddle', '__proto__'),
);

const leaf = fc.oneof(
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(/a+/g, /\//u, /(?:)/, /[^]|(?<name>x)/dgimsuy),
  fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.bigInt()).map((value) => Object(value) as object),
);

const viewClasses = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** One to three views of one buffer, or the buffer itself. */
const binary = fc
  .tuple(fc.uint8Array({ maxLength: 64 }), fc.array(fc.tuple(fc.nat(11), fc.nat(96), fc.nat(96)), { maxLength: 3 }))
  .map(([bytes, windows]) => {
    const buffer = bytes.slice().buffer;
    const views = windows.map(([kind, offset, length]) => view(buffer, kind, offset, length));
    return views.length === 0 ? buffer : views;
  });

function view(buffer: ArrayBuffer, kind: number, offset: number, length: number): ArrayBufferView {
  const View = viewClasses[kind];
  const size = View?.BYTES_PER_ELEMENT ?? 1;
  const start = Math.min(offset - (offset % size), buffer.byteLength - (buffer.byteLength % size));
  const count = Math.min(length, Math.floor((buffer.byteLength - start) / size));
  return View === undefined ? new DataView(buffer, start, count) : new View(buffer, start, count);
}

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '0', '4294967295', '-1', 'ключ', '\u0000heddle'),
);
const errorClasses = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError] as const;

/** Makes a record that has only own keys, whatever their names are. */
function record(entries: readonly (readonly [string, unknown])[]): object {
  const made = {};
  for (const [name, value] of entries) Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

const { tree } = fc.letrec<{ tree: unknown }>((tie) => {
  const items = fc.array(tie('tree'), { maxLength: 4 });
  const entries = fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 });
  return {
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      primitive,
      leaf,
      binary,
      items,
      entries.map(record),
      fc.tuple(items, fc.nat(9)).map(([list, holes]) => Object.assign(new Array<unknown>(list.length + holes), list)),
      fc.array(fc.tuple(tie('tree'), tie('tree')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
      items.map((list) => new Set(list)),
      fc
        .tuple(fc.constantFrom(...errorClasses), fc.string(), tie('tree'), fc.string())
        .map(([ErrorClass, message, cause, code]) => Object.assign(new ErrorClass(message, { cause }), { code })),
      fc.tuple(items, fc.string()).map(([errors, message]) => new AggregateError(errors, message)),
    ),
  };
});

/** Finds the objects in a value that can refer to others. */
function containers(root: unknown): object[] {
  const found = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || found.has(value) || ArrayBuffer.isView(value)) return;
    if (Array.isArray(value) || value instanceof Map || value instanceof Set || Object.getPrototypeOf(value) === Object.prototype)
      found.add(value);
    else return;
    const below = value instanceof Map ? [...value.keys(), ...value.values()] : value instanceof Set ? [...value] : Object.values(value);
    below.forEach(visit);
  };
  visit(root);
  return [...found];
}

/** Makes some objects refer to others, above or beside them. This gives cycles, and objects that occur twice. */
function link(root: unknown, pairs: readonly (readonly [number, number])[]): unknown {
  const all = containers(root);
  for (const [from, to] of pairs) {
    const source = all[from % all.length];
    const target = all[to % all.length];
    if (source instanceof Map) source.set('link', target);
    else if (source instanceof Set) source.add(target);
    else if (Array.isArray(source)) source.push(target);
    else if (source !== undefined) (source as Record<string, unknown>)['link'] = target;
  }
  return root;
}

export const anyValue: fc.Arbitrary<unknown> = fc
  .tuple(tree, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 }))
  .map(([root, pairs]) => link(root, pairs));
