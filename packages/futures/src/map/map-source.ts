import type { Backend } from '../executor/backend.js';
import type { Sliceable } from '../executor/task-request.js';

/** The source from which a map takes its items, a few at a time. */
export interface MapSource {
  /** The number of all items, if it is known. */
  readonly total: number | undefined;
  /** The number of items that were not taken yet, if it is known. For an iterator it is known at its end. */
  readonly remaining: number | undefined;
  /** The error that the iterator threw after the items that were taken. It is boxed since it may be falsy. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Takes up to `count` items; fewer, or none, at the end. */
  take(count: number): Sliceable;
  /** Closes the iterator: no more items will be taken. */
  close(): void;
}

/** Takes a list's items as they are now. If an item cannot travel, the results reject with the error, as submit's future does. */
export function snapshotOf(backend: Backend, items: readonly unknown[], spread: boolean): MapSource {
  try {
    return new SnapshotSource(backend.snapshot(items, spread));
  } catch (error) {
    return new RefusedSource(error);
  }
}

/** Items that were all given at the call. */
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

/** Items that were all refused before the first was taken. */
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
    // there is nothing to release
  }
}

/** Items that an iterator yields when the map takes them. */
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
