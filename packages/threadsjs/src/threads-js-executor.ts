import { Executor } from '@heddle/futures';
import { checkOptions, ofType } from '@heddle/futures/authors';
import type { SpawnThread } from './crew.js';
import { poolOrThreads } from './library.js';
import { PoolCrew } from './pool-crew.js';
import { ThreadCrew } from './thread-crew.js';
import { ThreadsJsBackend } from './threads-js-backend.js';

/** Options of {@link ThreadsJsExecutor}. */
export interface ThreadsJsExecutorOptions {
  /**
   * Whether shutdown ends the workers. Otherwise the pool, or the threads, stay as they were found.
   * @defaultValue false
   */
  own?: boolean;
  /**
   * Starts a worker in place of one that has ended. With `own`, an abort may then stop the worker of a task that does not end by itself.
   * Without it, the pool has one worker less.
   */
  spawn?: SpawnThread;
}

/** A pool of threads.js 1.7: what its `Pool()` gives. */
export interface ThreadsJsPool {
  /** Runs a task of the application itself. */
  readonly queue: (...args: never[]) => unknown;
  /** Ends the workers. */
  terminate(force?: boolean): Promise<void>;
}

const checks = { own: ofType('boolean'), spawn: ofType('function') };

/**
 * Runs tasks on the workers of threads.js: of a `Pool`, or of threads that `spawn()` gave. Tasks are references to the functions that the
 * workers expose ({@link exposed}). Where the workers expose the runner of `@heddle/threadsjs/worker`, any function is a task.
 *
 * @example
 * ```ts
 * import { ThreadsJsExecutor, exposed, type ThreadsJsPool } from '@heddle/threadsjs';
 *
 * export async function thumbnails(pool: ThreadsJsPool, names: string[]): Promise<string[]> {
 *   const { resize } = exposed<{ resize(name: string): string }>(); // a worker has: expose({ resize })
 *   await using executor = new ThreadsJsExecutor(pool);
 *   return await executor.map(resize, names).toArray();
 * }
 * ```
 */
export class ThreadsJsExecutor extends Executor {
  /**
   * @param workers - a `Pool`, or an array of threads
   * @throws TypeError when `workers` is neither, is of another version, or was terminated; TypeError for a wrong option
   */
  constructor(workers: ThreadsJsPool | readonly object[], options?: ThreadsJsExecutorOptions) {
    checkOptions('ThreadsJsExecutor', options, checks);
    const found = poolOrThreads(workers);
    const { own = false, spawn } = options ?? {};
    super(
      new ThreadsJsBackend(
        (events) => ('queue' in found ? new PoolCrew(found, spawn, events) : new ThreadCrew(found, spawn, events)),
        own,
        own && spawn !== undefined,
      ),
    );
  }
}
