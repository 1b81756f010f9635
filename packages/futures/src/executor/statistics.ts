/** Counts by duration. Bucket `i` counts durations below `upperBoundsMs[i]` and at or above the bound before it. */
export interface HistogramSnapshot {
  readonly count: number;
  readonly sumMs: number;
  /** Upper bounds of the buckets in milliseconds, ascending; the last is Infinity. */
  readonly upperBoundsMs: readonly number[];
  readonly counts: readonly number[];
  /** 0 when nothing was counted. */
  readonly meanMs: number;
  /**
   * The median in milliseconds: half of the durations are at most this. It is estimated within its bucket, so it is between half and
   * twice the true value. 0 when nothing was counted.
   */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

/** The numbers of workers in each state. Their sum is the number of workers. */
export interface WorkerCounts {
  /** Being started, or running the initializer. */
  readonly starting: number;
  /** Running at least one task. */
  readonly busy: number;
  /** Running no task. */
  readonly idle: number;
  /** Finishing the tasks they have before they end. */
  readonly stopping: number;
}

/** Counts of what an executor has done and is doing: an immutable snapshot. */
export interface ExecutorStatistics {
  readonly state: 'open' | 'shutdown' | 'broken';
  readonly workers: WorkerCounts;
  /** Tasks accepted and not yet running. */
  readonly queued: number;
  readonly running: number;
  /** Running tasks that await their nested tasks; they hold no slot. */
  readonly suspended: number;
  /** Tasks that ended with a value since the executor was made. */
  readonly finished: number;
  /** Tasks that ended with an error. */
  readonly failed: number;
  readonly cancelled: number;
  /** Tasks that were not accepted: the queue was full, or a part of the task cannot travel. Their futures fail. They count nowhere else. */
  readonly refused: number;
  /** Workers that ended although nobody stopped them. */
  readonly crashes: number;
  /** The time from submit until the task was sent to a worker. */
  readonly waitTime: HistogramSnapshot;
  /** The time from the claim to the end. */
  readonly runTime: HistogramSnapshot;
}

const bucketCount = 32;

/**
 * A histogram over powers of two of microseconds: 1 us, 2 us, ... 2^30 us, and more. Its counts may be in memory that a worker
 * writes.
 */
export class DurationHistogram {
  /** How many elements of a `Float64Array` one histogram needs. */
  static readonly length: number = bucketCount + 1;

  readonly #cells: Float64Array;

  /** @param cells - the memory of the counts; the last cell is the sum in milliseconds */
  constructor(cells: Float64Array = new Float64Array(DurationHistogram.length)) {
    this.#cells = cells;
  }

  /** Adds `count` durations that took `durationMs` milliseconds each. */
  record(durationMs: number, count = 1): void {
    const cells = this.#cells;
    const us = durationMs * 1000;
    const bucket = us < 1 ? 0 : Math.min(bucketCount - 1, us >= 2 ** 31 ? bucketCount - 1 : 32 - Math.clz32(us));
    cells[bucket] = (cells[bucket] ?? 0) + count;
    cells[bucketCount] = (cells[bucketCount] ?? 0) + durationMs * count;
  }

  /** Adds the counts of another histogram. */
  add(other: DurationHistogram): void {
    other.#cells.forEach((value, i) => (this.#cells[i] = (this.#cells[i] ?? 0) + value));
  }

  /** Returns an immutable copy. */
  snapshot(): HistogramSnapshot {
    return histogramOf([...this.#cells.subarray(0, bucketCount)], this.#cells[bucketCount] ?? 0);
  }
}

/** Makes a snapshot with these counts. For authors of executors. */
export function histogramOf(counts: readonly number[], sumMs: number): HistogramSnapshot {
  const count = counts.reduce((sum, each) => sum + each, 0);
  return Object.freeze({
    count,
    sumMs,
    upperBoundsMs,
    counts: Object.freeze([...counts]),
    meanMs: count === 0 ? 0 : sumMs / count,
    p50Ms: quantile(counts, count, 0.5),
    p90Ms: quantile(counts, count, 0.9),
    p99Ms: quantile(counts, count, 0.99),
  });
}

/** Estimates a quantile; it assumes that the durations of a bucket are spread evenly over it. */
function quantile(counts: readonly number[], count: number, share: number): number {
  let left = share * count;
  for (const [i, inBucket] of counts.entries()) {
    if (inBucket === 0 || left > inBucket) {
      left -= inBucket;
      continue;
    }
    const lower = i === 0 ? 0 : (upperBoundsMs[i - 1] ?? 0);
    const upper = upperBoundsMs[i] ?? Infinity;
    return upper === Infinity ? lower : lower + (upper - lower) * (left / inBucket);
  }
  return 0;
}

const upperBoundsMs: readonly number[] = Object.freeze(
  Array.from({ length: bucketCount }, (_, i) => (i === bucketCount - 1 ? Infinity : 2 ** i / 1000)),
);
