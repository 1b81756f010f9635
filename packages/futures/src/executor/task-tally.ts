import type { ExecutorStatistics, WorkerCounts } from './statistics.js';
import { DurationHistogram } from './statistics.js';

/** The counts that an executor keeps of its tasks. For authors of executors. */
export class TaskTally {
  finished = 0;
  failed = 0;
  cancelled = 0;
  refused = 0;
  crashes = 0;
  readonly waitTime: DurationHistogram = new DurationHistogram();
  readonly runTime: DurationHistogram = new DurationHistogram();

  /** Makes a snapshot of these counts and of the executor's state of this moment. */
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
