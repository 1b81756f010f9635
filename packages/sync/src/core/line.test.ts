import { describe, expect, test } from '@jest/globals';

import { createWords, entriesOf } from './layout.js';
import { Line } from './line.js';

function take(line: Line, count: number): number[] {
  return Array.from({ length: count }, () => line.takeFirst());
}

describe('a line', () => {
  test('keeps the order of those who come, in runs', () => {
    const line = new Line(createWords(1, 8), 0);
    for (const slot of [3, 3, 0, 3, 1, 1]) line.append(slot);
    expect(line.waiters).toBe(6);
    expect(take(line, 7)).toEqual([3, 3, 0, 3, 1, 1, -1]);
    expect(line.waiters).toBe(0);
  });

  test('of many of one thread is one run', () => {
    const line = new Line(createWords(1, 2), 0);
    for (let i = 0; i < 100_000; i++) line.append(1);
    line.append(0);
    expect(line.waiters).toBe(100_001);
    for (let i = 0; i < 100_000; i++) line.takeFirst();
    expect(take(line, 2)).toEqual([0, -1]);
  });

  test('lets go of one in the midst, and of all of a slot', () => {
    const line = new Line(createWords(1, 8), 0);
    for (const slot of [0, 1, 0, 0, 2, 0]) line.append(slot);
    line.remove(0, 1); // the second of slot 0
    line.remove(1, 0);
    line.remove(0, 2); // the last, which is the third by now
    expect(line.waiters).toBe(3);
    line.append(2);
    line.removeAll(0);
    expect(take(line, 3)).toEqual([2, 2, -1]);
  });

  test('goes round and round', () => {
    const line = new Line(createWords(1, 3), 0);
    for (let i = 0; i < 100; i++) {
      line.append(i % 3);
      line.append((i + 1) % 3);
      expect(take(line, 2)).toEqual([i % 3, (i + 1) % 3]);
    }
  });

  test('that is full keeps the order within each thread, and loses nobody', () => {
    const slots = 4;
    const line = new Line(createWords(1, slots), 0);
    const count = 3 * entriesOf(slots);
    for (let i = 0; i < count; i++) line.append(i % slots);
    expect(line.waiters).toBe(count);
    const got = take(line, count);
    for (let slot = 0; slot < slots; slot++) expect(got.filter((each) => each === slot)).toHaveLength(count / slots);
    expect(line.takeFirst()).toBe(-1);
  });

  test('is flushed', () => {
    const line = new Line(createWords(1, 8), 0);
    for (const slot of [5, 6, 5]) line.append(slot);
    expect([...line.flush()]).toEqual([5, 6]);
    expect([line.waiters, line.flushes, line.takeFirst()]).toEqual([0, 1, -1]);
  });

  test('is apart from others on the same memory', () => {
    const words = createWords(2, 4);
    const [a, b] = [new Line(words, 0), new Line(words, 1)];
    for (let i = 0; i < 8; i++) a.append(i % 4);
    b.append(3);
    expect([take(b, 2), a.waiters]).toEqual([[3, -1], 8]);
  });
});
