/**
 * The order of a queue's items, as links between blocks (arena.ts). All of it happens inside the mutex.
 *
 *   fifo       first ─linkA─▶ second ─linkA─▶ ... last
 *   lifo       first (the youngest) ─linkA─▶ the one before ...
 *   priority   a pairing heap, its root in `first`: linkA to the first child, linkB to the next sibling. No child comes before its
 *              parent; among equals the older one comes first
 */
import { countAt, firstAt, lastAt, linkA, linkB, numberField, type Arena } from './arena.js';

/** The index of an order is its number in memory. */
export const orders = ['fifo', 'lifo', 'priority'] as const;
export type Order = (typeof orders)[number];

interface Links {
  push(arena: Arena, block: number): void;
  /** Takes out the next block; there has to be one. */
  shift(arena: Arena): number;
  /** Puts a block back where it was taken out. */
  unshift(arena: Arena, block: number): void;
}

const fifo: Links = {
  push(arena, block) {
    const last = first(arena) === 0 ? 0 : Atomics.load(arena.words, lastAt);
    arena.set(block, linkA, 0);
    if (last === 0) arena.words[firstAt] = block;
    else arena.set(last, linkA, block);
    arena.words[lastAt] = block;
  },
  shift,
  unshift(arena, block) {
    if (first(arena) === 0) arena.words[lastAt] = block;
    unshift(arena, block);
  },
};

const lifo: Links = { push: unshift, shift, unshift };

const priority: Links = {
  push(arena, block) {
    const number = Atomics.load(arena.words, countAt);
    arena.words[countAt] = number + 1;
    arena.set(block, numberField, number);
    this.unshift(arena, block);
  },
  shift(arena) {
    const root = first(arena);
    arena.words[firstAt] = mergeAll(arena, arena.get(root, linkA));
    return root;
  },
  unshift(arena, block) {
    arena.set(block, linkA, 0);
    arena.set(block, linkB, 0);
    const root = first(arena);
    arena.words[firstAt] = root === 0 ? block : merge(arena, root, block);
  },
};

export const linksOf: Readonly<Record<Order, Links>> = { fifo, lifo, priority };

function first(arena: Arena): number {
  return Atomics.load(arena.words, firstAt);
}

function shift(arena: Arena): number {
  const block = first(arena);
  arena.words[firstAt] = arena.get(block, linkA);
  return block;
}

function unshift(arena: Arena, block: number): void {
  arena.set(block, linkA, first(arena));
  arena.words[firstAt] = block;
}

/** Merges two heaps. @returns the root */
function merge(arena: Arena, a: number, b: number): number {
  const [parent, child] = comesBefore(arena, a, b) ? [a, b] : [b, a];
  arena.set(child, linkB, arena.get(parent, linkA));
  arena.set(parent, linkA, child);
  return parent;
}

/** Merges siblings into one heap: in pairs from the left, then all from the right. */
function mergeAll(arena: Arena, sibling: number): number {
  const heaps: number[] = [];
  for (let next = sibling; next !== 0;) {
    const a = next;
    const b = arena.get(a, linkB);
    next = b === 0 ? 0 : arena.get(b, linkB);
    heaps.push(b === 0 ? a : merge(arena, a, b));
  }
  let root = heaps.pop() ?? 0;
  for (let heap = heaps.pop(); heap !== undefined; heap = heaps.pop()) root = merge(arena, heap, root);
  if (root !== 0) arena.set(root, linkB, 0);
  return root;
}

function comesBefore(arena: Arena, a: number, b: number): boolean {
  const difference = arena.priorityOf(a) - arena.priorityOf(b);
  if (difference !== 0) return difference < 0;
  // Numbers that have wrapped around still compare correctly among items that are there at the same time.
  return ((arena.get(a, numberField) - arena.get(b, numberField)) | 0) < 0;
}
