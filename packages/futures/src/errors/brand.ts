/** Marks the errors of Heddle from all realms (Jest's vm, iframes) and from all copies of the package. */
const brand: unique symbol = Symbol.for('heddle.error') as never;

/** Gives an error the brand and the name of its class. */
export function markError(error: Error, name: string): void {
  Object.defineProperty(error, brand, { value: true });
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
}

/** Tells whether a value has the brand. */
export function isMarked(value: unknown): value is Error & { readonly code: unknown } {
  return typeof value === 'object' && value !== null && brand in value;
}
