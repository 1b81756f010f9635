/** Tells whether a value is a primitive that can be sent as it is. */
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
