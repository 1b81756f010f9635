import type { Backend } from '../executor/backend.js';
import type { Sliceable } from '../executor/task-request.js';

/** Where a map's items come from, a few at a time. */
export interface MapSource {
  /** How many items there are in all, when that is known. */
  readonly total: number | undefined;
  /** Items not taken yet, when that is known; an iterator knows at its end. */
  readonly remaining: number | undefined;
  /** What the iterator threw, boxed since it may be falsy: it follows the items that were taken. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Up to `count` items; fewer, or none, at the end. */
  take(count: number): Sliceable;
  /** Tells the iterator that no more will be taken. */
  close(): void;
}

/** A list's items as they are now. What can't travel is told where results are awaited, as submit tells it on the future. */
export function snapshotOf(backend: Backend, items: readonly unknown[], spread: boolean): MapSource {
  try {
    return new SnapshotSource(backend.snapshot(items, spread));
  } catch (error) {
    return new RefusedSource(error);
  }
}

/** Items that were all there at the call. */
class SnapshotSource implements MapSource {
  readonly total: number;
  readonly failure: undefined;
  #items: Sliceable | undefined;
  #at = 0;

  constructor(items: Sliceable) {
    this.#items = items;
    this.total = items.length;
  }

  get remaining(): number {
    return this.total - this.#at;
  }

  take(count: number): Sliceable {
    const end = Math.min(this.#at + count, this.total);
    const items = this.#items?.slice(this.#at, end) ?? [];
    this.#at = end;
    if (end === this.total) this.#items = undefined;
    return items;
  }

  close(): void {
    this.#items = undefined;
    this.#at = this.total;
  }
}

/** Items that were refused, all of them, before the first was taken. */
class RefusedSource implements MapSource {
  readonly total: undefined;
  readonly remaining: undefined;
  readonly failure: { readonly error: unknown };

  constructor(error: unknown) {
    this.failure = { error };
  }

  take(): Sliceable {
    return [];
  }

  close(): void {
    // nothing is held
  }
}

/** Items that an iterator gives when asked. */
export class IteratorSource implements MapSource {
  readonly total: undefined;
  #iterator: Iterator<unknown> | undefined;
  failure: { readonly error: unknown } | undefined;

  constructor(iterator: Iterator<unknown>) {
    this.#iterator = iterator;
  }

  get remaining(): number | undefined {
    return this.#iterator === undefined ? 0 : undefined;
  }

  take(count: number): Sliceable {
    const items: unknown[] = [];
    try {
      while (items.length < count && this.#iterator !== undefined) {
        const step = this.#iterator.next();
        if (step.done === true) this.#iterator = undefined;
        else items.push(step.value);
      }
    } catch (error) {
      this.#iterator = undefined;
      this.failure = { error };
    }
    return items;
  }

  close(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    iterator?.return?.();
  }
}
