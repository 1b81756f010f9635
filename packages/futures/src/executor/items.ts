const key = Symbol.for('heddle.items');

/** Says of results that they are nothing but their items to whom they are given: `@heddle/serialization` refuses other iterators with a class. */
export function markItems(prototype: object): void {
  Object.defineProperty(prototype, key, { value: true });
}
