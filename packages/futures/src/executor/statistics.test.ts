import { describe, expect, test } from '@jest/globals';
import { DurationHistogram } from './statistics.js';
import { TaskTally } from './task-tally.js';

describe('DurationHistogram', () => {
  test('buckets are powers of two of microseconds', () => {
    const histogram = new DurationHistogram();
    for (const durationMs of [0, 0.0005, 0.001, 0.0015, 0.002, 1, 1000, 3e9]) histogram.record(durationMs);
    histogram.record(0.5, 10);
    const { count, sumMs, counts, upperBoundsMs } = histogram.snapshot();
    expect(count).toBe(18);
    expect(sumMs).toBeCloseTo(3e9 + 1006.005, 2);
    expect(counts.length).toBe(upperBoundsMs.length);
    expect(upperBoundsMs[0]).toBe(0.001);
    expect(upperBoundsMs.at(-1)).toBe(Infinity);
    for (const [durationMs, times] of [
      [0, 2],
      [0.001, 2],
      [0.002, 1],
      [0.5, 10],
      [1, 1],
      [1000, 1],
      [3e9, 1],
    ] as const) {
      const bucket = upperBoundsMs.findIndex((bound) => durationMs < bound);
      expect({ durationMs, times: counts[bucket] }).toEqual({ durationMs, times });
    }
  });

  test('adds up with others, in memory that is given', () => {
    const cells = new Float64Array(DurationHistogram.length);
    const histogram = new DurationHistogram(cells);
    const other = new DurationHistogram();
    histogram.record(1);
    other.record(2, 3);
    histogram.add(other);
    expect(new DurationHistogram(cells).snapshot()).toEqual(histogram.snapshot());
    expect(histogram.snapshot()).toMatchObject({ count: 4, sumMs: 7 });
    expect(other.snapshot().count).toBe(3);
  });
});

test('a snapshot of a tally is frozen throughout, and does not change', () => {
  const tally = new TaskTally();
  tally.finished = 2;
  const now = { state: 'open' as const, workers: { starting: 0, busy: 1, idle: 0, stopping: 0 }, queued: 3, running: 1, suspended: 0 };
  const snapshot = tally.snapshot(now);
  tally.finished = 5;
  tally.runTime.record(1);
  expect(snapshot).toMatchObject({ ...now, finished: 2, failed: 0, cancelled: 0, crashes: 0 });
  expect(snapshot.runTime.count).toBe(0);
  for (const part of [snapshot, snapshot.workers, snapshot.runTime, snapshot.runTime.counts, snapshot.waitTime])
    expect(Object.isFrozen(part)).toBe(true);
});

test('quantiles of a snapshot are within the bucket of what they are, against a sorted list', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 0x7fffffff) / 0x7fffffff;
  for (let round = 0; round < 50; round++) {
    const durations = Array.from({ length: 1 + Math.floor(random() * 500) }, () => 10 ** (random() * 7 - 3));
    const histogram = new DurationHistogram();
    for (const each of durations) histogram.record(each);
    const snapshot = histogram.snapshot();
    durations.sort((a, b) => a - b);
    expect(snapshot.meanMs).toBeCloseTo(durations.reduce((sum, each) => sum + each, 0) / durations.length, 6);
    for (const [share, estimate] of [
      [0.5, snapshot.p50Ms],
      [0.9, snapshot.p90Ms],
      [0.99, snapshot.p99Ms],
    ] as const) {
      const exact = durations[Math.ceil(share * durations.length) - 1]!;
      expect(estimate).toBeGreaterThanOrEqual(exact / 2);
      expect(estimate).toBeLessThanOrEqual(exact * 2);
    }
  }
});
