/**
 * A map from texts that forgets what was not asked for in a long time. Two generations: what is asked for moves to the
 * young one; when that is full it becomes the old one, and what was left in the old one is gone. No list to keep in order.
 */
export class TextCache<V> {
  readonly #limit: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #characters = 0;

  /** @param limit - characters of keys that one generation holds; at most twice that is kept */
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
