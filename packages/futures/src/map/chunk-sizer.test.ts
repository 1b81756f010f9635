import { describe, expect, test } from '@jest/globals';
import { ChunkSizer } from './chunk-sizer.js';

describe('a size of the user', () => {
  test('is used as it is, with all chunks under way at once', () => {
    const sizer = new ChunkSizer(7, { parallelism: 4 });
    expect([sizer.next(undefined), sizer.next(3), sizer.inFlight]).toEqual([7, 7, Infinity]);
    sizer.measured(7, 1000);
    expect(sizer.next(100)).toBe(7);
  });
});

describe('sizes by measure', () => {
  test('begin with one item, and a few chunks under way', () => {
    const sizer = new ChunkSizer(undefined, { parallelism: 4 });
    expect([sizer.next(1000), sizer.next(undefined), sizer.inFlight]).toEqual([1, 1, 9]);
  });

  test('grow to about ten milliseconds of work, not faster than sixteenfold', () => {
    const sizer = new ChunkSizer(undefined, { parallelism: 2 });
    sizer.measured(1, 0.001);
    expect(sizer.next(undefined)).toBe(16);
    sizer.measured(16, 0.016);
    expect(sizer.next(undefined)).toBe(256);
    sizer.measured(256, 0.256);
    sizer.measured(4096, 4.096);
    expect(sizer.next(undefined)).toBeGreaterThan(9_000);
    expect(sizer.next(undefined)).toBeLessThanOrEqual(10_000);
  });

  test('stay at one for items that take long', () => {
    const sizer = new ChunkSizer(undefined, { parallelism: 2 });
    sizer.measured(1, 250);
    expect(sizer.next(1_000_000)).toBe(1);
  });

  test('follow items that become slower', () => {
    const sizer = new ChunkSizer(undefined, { parallelism: 2 });
    sizer.measured(1, 0.01);
    sizer.measured(16, 0.16);
    const before = sizer.next(undefined);
    for (let i = 0; i < 10; i++) sizer.measured(16, 160);
    expect(before).toBe(256);
    expect(sizer.next(undefined)).toBe(1);
  });

  test('share the last items among the workers', () => {
    const sizer = new ChunkSizer(undefined, { parallelism: 4 });
    sizer.measured(1, 0);
    sizer.measured(16, 0);
    expect([sizer.next(80), sizer.next(8), sizer.next(1), sizer.next(0)]).toEqual([10, 1, 1, 1]);
  });

  test('a clock too coarse to see an item, and empty chunks, are borne', () => {
    const sizer = new ChunkSizer(undefined, { parallelism: 1 });
    sizer.measured(0, 5);
    expect(sizer.next(undefined)).toBe(1);
    sizer.measured(1, 0);
    expect(sizer.next(undefined)).toBe(16);
  });
});
