import { expect, test } from '@jest/globals';
import { CopyPool } from './copy-pool.js';

test('copies are apart from what they are of, and from each other', () => {
  const pool = new CopyPool();
  const bytes = new Uint8Array(1000).fill(1);
  const [a, b] = [pool.copy(bytes), pool.copy(bytes)];
  bytes.fill(2);
  a.fill(3);
  expect([a[0], b[0], b.length]).toEqual([3, 1, 1000]);
});

test('memory that was given back is used again for what nearly fills it, and for nothing much smaller', () => {
  const pool = new CopyPool();
  const first = pool.copy(new Uint8Array(1000));
  pool.release(first);
  expect(pool.size).toBe(1000);
  expect(pool.copy(new Uint8Array(10)).buffer).not.toBe(first.buffer);
  const again = pool.copy(new Uint8Array(900).fill(7));
  expect(again.buffer).toBe(first.buffer);
  expect([again.length, again[899], pool.size]).toEqual([900, 7, 0]);
});

test('no more than so much is kept', () => {
  const pool = new CopyPool();
  const copies = [1, 2, 3].map(() => pool.copy(new Uint8Array(50 * 2 ** 20)));
  for (const copy of copies) pool.release(copy);
  expect(pool.size).toBe(100 * 2 ** 20);
});
