/** Marks the errors of Heddle, whichever realm (Jest's vm, iframes) or copy of the package made them. */
const brand: unique symbol = Symbol.for('heddle.error') as never;

/** Gives an error the brand, and its class's name. */
export function markError(error: Error, name: string): void {
  Object.defineProperty(error, brand, { value: true });
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
}

/** Whether a value has the brand. */
export function isMarked(value: unknown): value is Error & { readonly code: unknown } {
  return typeof value === 'object' && value !== null && brand in value;
}
