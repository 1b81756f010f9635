import { describe, expect, test } from '@jest/globals';
import { WindowSizer } from './window-sizer.js';

function after(...batches: [count: number, busyMs: number][]): WindowSizer {
  const sizer = new WindowSizer();
  for (const [count, busyMs] of batches) sizer.measured(count, busyMs);
  return sizer;
}

describe('WindowSizer', () => {
  test('sends one task until the first is measured', () => {
    expect(new WindowSizer().window).toBe(1);
  });

  test('sends long tasks one at a time, tiny ones by the hundred', () => {
    expect(after([1, 500]).window).toBe(1);
    expect(after([1, 5]).window).toBe(2);
    expect(after([10, 1]).window).toBeGreaterThanOrEqual(10);
    const tiny = after([1000, 0]).window;
    expect(tiny).toBeGreaterThanOrEqual(100);
    expect(tiny).toBeLessThanOrEqual(1024);
  });

  test('learns, and forgets', () => {
    const sizer = after([100, 0.1]);
    const before = sizer.window;
    for (let i = 0; i < 10; i++) sizer.measured(1, 300);
    expect(sizer.window).toBe(1);
    for (let i = 0; i < 40; i++) sizer.measured(100, 0.1);
    expect(sizer.window).toBe(before);
  });

  test('unclaimed work that takes long is late at once', () => {
    expect(after([1, 10]).isLate(1)).toBe(true);
    expect(after([1, 10]).isSilentFor(60_000)).toBe(false);
    expect(new WindowSizer().isSilentFor(0)).toBe(true);
    const begun = new WindowSizer();
    begun.begins();
    expect(begun.isSilentFor(60_000)).toBe(false);
  });
});
