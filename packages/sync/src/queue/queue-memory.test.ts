/** The memory of queues against plain arrays that do the same. */
import { describe, expect, test } from '@jest/globals';

import { Arena, numberField } from './arena.js';
import { encodeItem, readItem, writeItem } from './item.js';
import { linksOf, orders, type Order } from './order.js';

/** A generator of numbers, the same for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
}

const never = (): never => {
  throw new Error('nothing here is posted');
};

interface Model {
  readonly value: string;
  readonly priority: number;
  readonly number: number;
}

const next: Record<Order, (items: readonly Model[]) => number> = {
  fifo: () => 0,
  lifo: (items) => items.length - 1,
  priority: (items) =>
    items.reduce((best, item, i) => {
      const { priority, number } = items[best] as Model;
      return item.priority < priority || (item.priority === priority && item.number < number) ? i : best;
    }, 0),
};

describe.each(orders)('%s', (order) => {
  test.each([1, 2, 3])('seed %i: what goes in comes out in its order, and memory is used again', (seed) => {
    const arena = new Arena();
    const below = random(seed);
    const links = linksOf[order];
    const model: Model[] = [];
    let count = 0;
    for (let i = 0; i < 5000; i++) {
      if (model.length === 0 || (below(100) < 55 && model.length < 300)) {
        const value = String(count).padEnd(below(4) === 0 ? below(3000) : 3, '.');
        const item = encodeItem(value, never);
        const block = arena.allocate(item.kind, item.length);
        const priority = below(10);
        writeItem(arena, block, item);
        arena.setPriority(block, priority);
        links.push(arena, block);
        model.push({ value, priority, number: count++ });
      } else {
        const at = next[order](model);
        const [expected] = model.splice(at, 1);
        const block = links.shift(arena);
        const item = readItem(arena, block);
        expect(JSON.parse(item.content as string)).toBe(expected?.value);
        if (below(5) === 0) {
          const [priority, number] = [arena.priorityOf(block), arena.get(block, numberField)];
          arena.free(block);
          const again = arena.allocate(item.kind, item.length);
          writeItem(arena, again, item);
          arena.setPriority(again, priority);
          arena.set(again, numberField, number);
          links.unshift(arena, again);
          model.splice(order === 'fifo' ? 0 : model.length, 0, expected as Model);
        } else {
          arena.free(block);
        }
      }
    }
    expect(arena.memory.byteLength).toBeLessThan(4 * 2 ** 20);
  });
});

test('an arena that has grown is seen to have by others on the same memory', () => {
  const arena = new Arena();
  const other = new Arena(arena.memory);
  const item = encodeItem('x'.repeat(2 ** 20), never);
  const block = arena.allocate(item.kind, item.length);
  writeItem(arena, block, item);
  other.refresh();
  expect(readItem(other, block)).toEqual(item);
});

test('what is too much for the address space is refused, and nothing is changed', () => {
  const arena = new Arena();
  expect(() => arena.allocate(5, 2 ** 30)).toThrow(
    expect.objectContaining({ code: 'HEDDLE_QUEUE_FULL', message: expect.stringMatching(/give it a maxSize/) as unknown }),
  );
  expect(arena.memory.byteLength).toBe(64 * 1024);
});
