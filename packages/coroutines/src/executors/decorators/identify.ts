const ids = new WeakMap<WeakKey, number>();
let lastId = 0;

function idOf(value: WeakKey): number {
  let id = ids.get(value);
  if (id === undefined) ids.set(value, (id = ++lastId));
  return id;
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `s${String(value.length)}:${value}`;
    case 'number':
      return Object.is(value, -0) ? 'n-0' : `n${String(value)}`;
    case 'bigint':
      return `b${String(value)}`;
    case 'symbol': {
      const name = Symbol.keyFor(value);
      return name === undefined ? `i${String(idOf(value))}` : `y${String(name.length)}:${name}`;
    }
    case 'object':
    case 'function':
      return value === null ? 'null' : `i${String(idOf(value))}`;
    default:
      return String(value);
  }
}

/** A text that is equal for equal values. Primitives are compared by value, as `Object.is` does, and objects by identity. */
export function identify(values: readonly unknown[]): string {
  return values.map(textOf).join(',');
}
