import type { Clock } from '@heddle/futures/authors';

/** Options of {@link CoroutineExecutor}. */
export interface CoroutineExecutorOptions {
  /**
   * How many tasks may run at the same time. A task that awaits tasks which it submitted to the same executor does not count.
   * @defaultValue 100
   */
  maxConcurrency?: number;
  /**
   * How many tasks, or items of maps, may begin within any second; 0.5 allows one in two seconds.
   * @defaultValue no limit
   */
  perSecond?: number;
  /**
   * How many tasks may wait in addition to those that run. With a full queue, `submit` fails with QueueFullError, and `map` waits.
   * @defaultValue Infinity
   */
  maxQueueSize?: number;
  /**
   * How many tasks may await nested tasks at the same time. With more of them, a nested `submit` fails with NestingLimitError.
   * @defaultValue 10_000
   */
  maxSuspendedTasks?: number;
  /**
   * Tells the time for `perSecond`; for tests.
   * @defaultValue the platform's clock
   */
  clock?: Clock;
}
