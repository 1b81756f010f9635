/**
 * A queue in shared memory: a monitor has the numbers and the lines, an arena has the items.
 *
 *   putters ──(room)──▶ items ──▶ getters          joiners wait until no task is unfinished
 *
 * Invariants, outside the mutex: getters wait only while all items are promised. Putters wait only while all free room is reserved. A turn
 * promises an item to a getter, or reserves room for a putter. `shiftWithRight` and `pushWithRight` use that right.
 */
import { ShutdownError } from '@heddle/futures/errors';
import { ownWords, type Words } from '../core/layout.js';
import { Monitor, type Kind } from '../core/monitor.js';
import { receive } from '../core/travel.js';
import type { Waiter } from '../core/waiter.js';
import { watchFor, watchMs } from '../core/watch-for.js';
import { Arena, numberField } from './arena.js';
import { readItem, writeItem, type Item } from './item.js';
import { linksOf, orders, type Order } from './order.js';

export const getters = 0;
export const putters = 1;
export const joiners = 2;

/** 0: no limit. */
const maxSize = ownWords;
const size = ownWords + 1;
const unfinished = ownWords + 2;
const isShut = ownWords + 3;
/** The number of items promised to getters that have their turn. */
const promised = ownWords + 4;
/** The number of places reserved for putters that have their turn. */
const reserved = ownWords + 5;
const posts = ownWords + 6;
const order = ownWords + 7;

/** An item with the priority that orders it. */
export interface Entry {
  readonly item: Item;
  readonly priority: number;
}

/** An entry that was taken out. */
export interface Taken extends Entry {
  readonly number: number;
}

/** The memory on which {@link QueueMemory} works. */
export interface QueueWords {
  readonly words: Words;
  readonly arena: SharedArrayBuffer;
}

export class QueueMemory {
  readonly monitor: Monitor;
  readonly arena: Arena;
  readonly order: Order;

  /** @param inspect - called from time to time in a thread that waits */
  constructor(name: string, of: QueueWords | { readonly order: Order; readonly most: number }, inspect: () => void) {
    const arrived = 'words' in of ? of : undefined;
    const kind: Kind = { name, lines: 3, rightLines: [getters, putters], takeBack, inspect };
    this.monitor = new Monitor(kind, arrived?.words);
    if (arrived !== undefined) receive(this.monitor);
    this.arena = new Arena(arrived?.arena);
    if (!('words' in of)) {
      this.#store(maxSize, of.most);
      this.#store(order, orders.indexOf(of.order));
    }
    this.order = orders[this.#load(order)] ?? 'fifo';
  }

  /** @returns Infinity for no limit */
  get maxSize(): number {
    return this.#load(maxSize) || Infinity;
  }

  get size(): number {
    return this.#load(size);
  }

  get unfinished(): number {
    return this.#load(unfinished);
  }

  get isShut(): boolean {
    return this.#load(isShut) === 1;
  }

  /**
   * Watches for a moment whether an entry can be put in, or taken out. A thread that blocks does so before it waits in line. Otherwise
   * every item would take a turn between two threads of about the same speed.
   */
  watch(line: typeof getters | typeof putters): void {
    const { monitor } = this;
    watchFor(
      line === getters ? () => hasItems(monitor) || this.isShut : () => hasRoom(monitor) || this.isShut,
      performance.now() + watchMs,
    );
  }

  /** @returns a number that no other post of this queue has */
  nextPost(): number {
    return Atomics.add(this.monitor.words, posts, 1);
  }

  /**
   * Puts an entry in if there is room.
   *
   * @param wait - called when there is no room: see {@link Monitor.enqueue}
   * @throws ShutdownError, QueueFullError
   */
  push(entry: Entry, wait: () => Waiter | undefined): Waiter | boolean {
    return this.#inside(() => {
      this.#checkOpen();
      if (!hasRoom(this.monitor)) return wait() ?? false;
      this.#insert(entry, this.#load(unfinished) + 1);
      return true;
    });
  }

  /** Puts an entry in as `push` does, for a caller that has waited for room. */
  pushWithRight(entry: Entry): void {
    this.#inside(() => {
      this.monitor.beginChange();
      this.monitor.use(putters);
      add(this.monitor, reserved, -1);
      this.#checkOpen();
      this.#insert(entry, this.#load(unfinished) + 1);
    });
  }

  /**
   * Takes the next entry out if there is one.
   *
   * @param wait - called when there is none: see {@link Monitor.enqueue}
   * @throws ShutdownError when no entry will come
   */
  shift(wait: () => Waiter | undefined): Taken | Waiter | undefined {
    return this.#inside(() => {
      if (hasItems(this.monitor)) return this.#remove();
      this.#checkOpen();
      return wait();
    });
  }

  /** Takes the next entry out as `shift` does, for a caller that has waited for it. */
  shiftWithRight(): Taken {
    return this.#inside(() => {
      this.monitor.beginChange();
      this.monitor.use(getters);
      add(this.monitor, promised, -1);
      if (this.#load(size) === 0) this.#checkOpen(); // It was emptied meanwhile.
      return this.#remove();
    });
  }

  /** Puts an entry back where it was taken out. */
  putBack(taken: Taken): void {
    this.#inside(() => {
      const block = this.#write(taken);
      this.arena.set(block, numberField, taken.number);
      linksOf[this.order].unshift(this.arena, block);
      add(this.monitor, size, 1);
      serve(this.monitor);
    });
  }

  /** Counts one item as finished. @returns false when none is unfinished */
  finish(): boolean {
    return this.#inside(() => {
      if (this.#load(unfinished) === 0) return false;
      add(this.monitor, unfinished, -1);
      serve(this.monitor);
      return true;
    });
  }

  /** Closes the queue. @param isEmptied - true drops the items. @returns the dropped items */
  shut(isEmptied: boolean): Item[] {
    return this.#inside(() => {
      this.monitor.beginChange();
      this.#store(isShut, 1);
      const items: Item[] = [];
      while (isEmptied && this.#load(size) > 0) {
        items.push(this.#remove().item);
        this.#store(unfinished, Math.max(0, this.#load(unfinished) - 1));
      }
      this.monitor.flush(getters);
      this.monitor.flush(putters);
      serve(this.monitor);
      return items;
    });
  }

  #inside<R>(body: () => R): R {
    this.monitor.enter();
    try {
      this.arena.refresh();
      return body();
    } finally {
      this.monitor.leave();
    }
  }

  #checkOpen(): void {
    if (this.isShut) throw new ShutdownError(`this ${this.monitor.kind.name} was shut down`);
  }

  #write({ item, priority }: Entry): number {
    this.monitor.beginChange();
    const block = this.arena.allocate(item.kind, item.length);
    writeItem(this.arena, block, item);
    this.arena.setPriority(block, priority);
    return block;
  }

  #insert(entry: Entry, unfinishedThen: number): void {
    const block = this.#write(entry);
    linksOf[this.order].push(this.arena, block);
    add(this.monitor, size, 1);
    this.#store(unfinished, unfinishedThen);
    serve(this.monitor);
  }

  #remove(): Taken {
    this.monitor.beginChange();
    const block = linksOf[this.order].shift(this.arena);
    const taken = { item: readItem(this.arena, block), priority: this.arena.priorityOf(block), number: this.arena.get(block, numberField) };
    this.arena.free(block);
    add(this.monitor, size, -1);
    serve(this.monitor);
    return taken;
  }

  #load(word: number): number {
    return Atomics.load(this.monitor.words, word);
  }

  #store(word: number, value: number): void {
    Atomics.store(this.monitor.words, word, value);
  }
}

function add({ words }: Monitor, word: number, change: number): void {
  Atomics.store(words, word, Atomics.load(words, word) + change);
}

function hasItems({ words }: Monitor): boolean {
  return Atomics.load(words, size) > Atomics.load(words, promised);
}

function hasRoom({ words }: Monitor): boolean {
  const most = Atomics.load(words, maxSize);
  return most === 0 || Atomics.load(words, size) + Atomics.load(words, reserved) < most;
}

/** Gives their turn to all waiters that can go on now. Inside only. */
function serve(monitor: Monitor): void {
  const { words } = monitor;
  while (hasItems(monitor) && monitor.grant(getters) >= 0) add(monitor, promised, 1);
  while (hasRoom(monitor) && monitor.grant(putters) >= 0) add(monitor, reserved, 1);
  if (Atomics.load(words, unfinished) === 0) monitor.grantAll(joiners);
}

function takeBack(monitor: Monitor, line: number, count: number): void {
  if (line === joiners) return;
  add(monitor, line === getters ? promised : reserved, -count);
  serve(monitor);
}
