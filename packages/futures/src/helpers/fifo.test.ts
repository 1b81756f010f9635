import { expect, test } from '@jest/globals';
import { collected } from '../test-support/observe.js';
import { Fifo } from './fifo.js';

test('gives items in the order they came, however puts and takes mix', () => {
  const fifo = new Fifo<number>();
  const expected: number[] = [];
  let next = 0;
  for (let round = 0; round < 3000; round++) {
    for (let i = 0; i < 1 + (round % 3); i++) {
      fifo.push(next);
      expected.push(next++);
    }
    if (round % 5 !== 0) {
      expect(fifo.peek()).toBe(expected[0]);
      expect(fifo.shift()).toBe(expected.shift());
    }
    expect(fifo.length).toBe(expected.length);
  }
  while (expected.length > 0) expect(fifo.shift()).toBe(expected.shift());
  expect([fifo.length, fifo.peek(), fifo.shift(), fifo.length]).toEqual([0, undefined, undefined, 0]);
  fifo.push(1);
  fifo.clear();
  expect([fifo.length, fifo.shift()]).toEqual([0, undefined]);
});

test('keeps nothing that was taken', async () => {
  const fifo = new Fifo<object>();
  const refs: WeakRef<object>[] = [];
  const fill = (): void => {
    for (let i = 0; i < 10; i++) {
      const item = { i };
      refs.push(new WeakRef(item));
      fifo.push(item);
    }
    for (let i = 0; i < 9; i++) fifo.shift();
  };
  fill();
  await collected(refs.slice(0, 9));
  expect(fifo.length).toBe(1);
});
