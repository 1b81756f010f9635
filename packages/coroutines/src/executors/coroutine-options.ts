import type { Clock } from '@heddle/futures/authors';

/** Options of {@link CoroutineExecutor}. */
export interface CoroutineExecutorOptions {
  /**
   * How many tasks may run at the same time. One that awaits tasks which it submitted to the same executor doesn't count.
   * @defaultValue 100
   */
  maxConcurrency?: number;
  /**
   * How many tasks (of a map: items) may begin within any second, 0.5 for one in two seconds.
   * @defaultValue no limit
   */
  perSecond?: number;
  /**
   * Tasks that may wait beyond those that run; `submit` then fails with QueueFullError, `map` waits.
   * @defaultValue Infinity
   */
  maxQueueSize?: number;
  /**
   * Tasks that may await tasks of their own at a time; one more fails with NestingLimitError.
   * @defaultValue 10_000
   */
  maxSuspendedTasks?: number;
  /**
   * Where `perSecond` has its time from: for tests.
   * @defaultValue the platform's
   */
  clock?: Clock;
}
