/** @slow */
import { describe, expect, test } from '@jest/globals';
import { TaskQueue } from './task-queue.js';

function drain<T>(queue: TaskQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

describe('TaskQueue', () => {
  test('is first come, first served', () => {
    const queue = new TaskQueue<number>(() => true);
    for (let i = 0; i < 5; i++) queue.push(i, 0);
    expect(queue.size).toBe(5);
    expect(drain(queue)).toEqual([0, 1, 2, 3, 4]);
    expect(queue.size).toBe(0);
    expect(queue.shift()).toBeUndefined();
  });

  test('serves larger priorities first, equal ones in order', () => {
    const queue = new TaskQueue<string>(() => true);
    for (const [item, priority] of [
      ['a', 0],
      ['b', 5],
      ['c', -1.5],
      ['d', 5],
      ['e', 0],
      ['f', 10],
    ] as const)
      queue.push(item, priority);
    expect(drain(queue)).toEqual(['f', 'b', 'd', 'a', 'e', 'c']);
  });

  test('holds nothing that was cancelled once the last live item is gone', () => {
    const live = new Set<object>();
    const queue = new TaskQueue<object>((item) => live.has(item));
    const first = {};
    const cancelled = {};
    for (const item of [first, cancelled]) {
      live.add(item);
      queue.push(item, 0);
    }
    live.delete(cancelled);
    queue.forgetOne();
    expect(queue.shift()).toBe(first);
    live.add(cancelled); // if the queue still held it, it would come now
    queue.push(first, 0);
    expect(drain(queue)).toEqual([first]);
  });

  test('unshift goes before the others of its priority only', () => {
    const queue = new TaskQueue<string>(() => true);
    queue.push('a', 0);
    queue.push('b', 1);
    queue.unshift('c', 0);
    queue.unshift('d', 1);
    expect(drain(queue)).toEqual(['d', 'b', 'c', 'a']);
  });

  test('drops what is not wanted any more', () => {
    const cancelled = new Set<number>();
    const queue = new TaskQueue<number>((item) => !cancelled.has(item));
    for (let i = 0; i < 6; i++) queue.push(i, i % 2);
    for (const each of [0, 3, 4]) {
      cancelled.add(each);
      queue.forgetOne();
    }
    expect(queue.size).toBe(3);
    expect(drain(queue)).toEqual([1, 5, 2]);
  });

  test('is empty when all of it was forgotten, and goes on', () => {
    const cancelled = new Set<number>();
    const queue = new TaskQueue<number>((item) => !cancelled.has(item));
    for (let i = 0; i < 3000; i++) queue.push(i, i % 3);
    for (let i = 0; i < 3000; i++) {
      cancelled.add(i);
      queue.forgetOne();
    }
    expect([queue.size, queue.shift()]).toEqual([0, undefined]);
    queue.push(5000, 0);
    queue.push(5001, 2);
    expect(drain(queue)).toEqual([5001, 5000]);
  });

  test('keeps its order while it grows, wraps around and shrinks, as an array would', () => {
    const queue = new TaskQueue<number>(() => true);
    const model: number[] = [];
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
    for (let step = 0; step < 20_000; step++) {
      const what = random(10);
      // The queue fills beyond its first size and empties again, several times.
      if (what < (Math.floor(step / 4000) % 2 === 0 ? 7 : 2)) {
        queue.push(step, 0);
        model.push(step);
      } else if (what === 7) {
        queue.unshift(step, 0);
        model.unshift(step);
      } else {
        expect(queue.shift()).toBe(model.shift());
      }
      expect(queue.size).toBe(model.length);
    }
    expect(drain(queue)).toEqual(model);
  });
});
