import { bytesOf } from './bytes-of.js';

/** Keeps the bytes that a map holds within `bufferBytes`: those of items that are under way, and of results that were not read. */
export class ByteBudget {
  readonly #limit: number;
  #held = 0;
  readonly #items = { count: 0, bytes: 0 };
  readonly #results = { count: 0, bytes: 0 };

  /** @param limit - `Infinity` when nothing is counted */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isLimited(): boolean {
    return this.#limit !== Infinity;
  }

  /** How many more items there is room for, if they are like those before; at least 1 when nothing is held. */
  get room(): number {
    if (!this.isLimited) return Infinity;
    const perItem = Math.max(average(this.#items), average(this.#results));
    const fitting = perItem === 0 ? 1 : Math.floor((this.#limit - this.#held) / perItem);
    return Math.max(this.#held === 0 ? 1 : 0, fitting);
  }

  /** Takes room for items that are submitted, and for their results. @returns the bytes */
  take(items: readonly unknown[]): number {
    const bytes = this.#count(this.#items, items);
    const taken = Math.max(bytes, items.length * average(this.#results));
    this.#held += taken;
    return taken;
  }

  /** The results have come. @returns their bytes, which take the place of those that were taken for them */
  exchange(taken: number, values: ArrayLike<unknown>): number {
    const bytes = this.#count(this.#results, values);
    this.#held += bytes - taken;
    return bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }

  #count(total: { count: number; bytes: number }, list: ArrayLike<unknown>): number {
    let bytes = 0;
    for (const each of Array.from(list)) bytes += bytesOf(each);
    total.count += list.length;
    total.bytes += bytes;
    return bytes;
  }
}

function average({ count, bytes }: { readonly count: number; readonly bytes: number }): number {
  return count === 0 ? 0 : bytes / count;
}
