import type { ExecutorStatistics, WorkerCounts } from './statistics.js';
import { DurationHistogram } from './statistics.js';

/** The counts an executor keeps of its tasks. For executor authors. */
export class TaskTally {
  finished = 0;
  failed = 0;
  cancelled = 0;
  refused = 0;
  crashes = 0;
  readonly waitTime: DurationHistogram = new DurationHistogram();
  readonly runTime: DurationHistogram = new DurationHistogram();

  /** The snapshot, completed by what the executor knows of this moment. */
  snapshot(now: {
    state: ExecutorStatistics['state'];
    workers: WorkerCounts;
    queued: number;
    running: number;
    suspended: number;
  }): ExecutorStatistics {
    return Object.freeze({
      ...now,
      workers: Object.freeze({ ...now.workers }),
      finished: this.finished,
      failed: this.failed,
      cancelled: this.cancelled,
      refused: this.refused,
      crashes: this.crashes,
      waitTime: this.waitTime.snapshot(),
      runTime: this.runTime.snapshot(),
    });
  }
}
