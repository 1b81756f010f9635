import { describe, expect, test } from '@jest/globals';

import { TextCache } from './text-cache.js';

describe('TextCache', () => {
  test('keeps what is asked for and forgets the rest', () => {
    const cache = new TextCache<number>(1000);
    cache.set('kept', 1);
    cache.set('forgotten', 2);
    for (let i = 0; i < 100; i++) {
      cache.set(`text ${String(i)}`, i);
      expect(cache.get('kept')).toBe(1);
    }
    expect(cache.get('forgotten')).toBeUndefined();
    expect(cache.get('text 99')).toBe(99);
    const left = Array.from({ length: 100 }, (_, i) => cache.get(`text ${String(i)}`)).filter((value) => value !== undefined);
    expect(left.length).toBeLessThan(30);
  });

  test('takes a text beyond its limit', () => {
    const cache = new TextCache<number>(100);
    cache.set('x'.repeat(1000), 1);
    expect(cache.get('x'.repeat(1000))).toBe(1);
  });
});
