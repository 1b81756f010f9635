/**
 * A map from texts that drops entries which were not read for a long time. It has two generations. An entry that is read moves to the young
 * one. When the young one is full it becomes the old one, and the entries left in the old one are dropped. No list has to be kept in order.
 */
export class TextCache<V> {
  readonly #limit: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #characters = 0;

  /** @param limit - the characters of keys that one generation holds; at most twice that is kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(text: string): V | undefined {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(text, old);
    return old;
  }

  set(text: string, value: V): void {
    // Short texts cost more than their characters.
    const cost = text.length + 64;
    if (this.#characters + cost > this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    this.#characters += cost;
    this.#young.set(text, value);
  }
}
