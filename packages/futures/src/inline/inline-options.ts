import type { AnyFunction } from '../executor/task-request.js';

/** Options of {@link InlineExecutor}. */
export interface InlineExecutorOptions {
  /**
   * Runs before the first task, as in a pool's worker. If it is asynchronous, tasks begin when it has ended. If it fails, the executor
   * is broken.
   */
  initializer?: AnyFunction;
  /** The initializer's arguments. @defaultValue [] */
  initargs?: readonly unknown[];
  /** Runs at shutdown, after the last task, as in a pool's worker. An error is reported as the warning `HEDDLE_FINALIZER_FAILED`. */
  finalizer?: AnyFunction;
}
