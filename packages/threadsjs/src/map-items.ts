import type { Sliceable } from '@heddle/futures';
import { EncodedItems, encodeItems } from '@heddle/serialization/worker';

/**
 * A map's items: for a runner as they were at the call, and for an exposed function as they are, since the library's own serializers and
 * its `Transfer` are for those.
 */
export class MapItems implements Sliceable {
  readonly plain: readonly unknown[];
  readonly #encoded: EncodedItems | { readonly refusal: unknown };

  private constructor(plain: readonly unknown[], encoded: EncodedItems | { readonly refusal: unknown }) {
    this.plain = plain;
    this.#encoded = encoded;
  }

  /** Takes the items as they are now. */
  static of(items: readonly unknown[]): MapItems {
    try {
      return new MapItems(items.slice(), encodeItems(items, 'thread', false));
    } catch (refusal) {
      return new MapItems(items.slice(), { refusal });
    }
  }

  get length(): number {
    return this.plain.length;
  }

  /** @throws SerializationError with the path of the item that cannot travel */
  get encoded(): EncodedItems {
    if (this.#encoded instanceof EncodedItems) return this.#encoded;
    throw this.#encoded.refusal;
  }

  slice(start: number, end: number): MapItems {
    const encoded = this.#encoded instanceof EncodedItems ? this.#encoded.slice(start, end) : this.#encoded;
    return new MapItems(this.plain.slice(start, end), encoded);
  }
}
