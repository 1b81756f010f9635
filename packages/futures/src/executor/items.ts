const key = Symbol.for('heddle.items');

/** Marks a class of results as one that travels as its items. `@heddle/serialization` refuses other iterators that have a class. */
export function markItems(prototype: object): void {
  Object.defineProperty(prototype, key, { value: true });
}
