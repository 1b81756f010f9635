import type { AnyFunction } from '../executor/task-request.js';

/** Options of {@link InlineExecutor}. */
export interface InlineExecutorOptions {
  /** Runs before the first task, as in a pool's worker. An asynchronous one is awaited: tasks begin when it has ended. Failing, it breaks the executor. */
  initializer?: AnyFunction;
  /** The initializer's arguments. @defaultValue [] */
  initargs?: readonly unknown[];
}
