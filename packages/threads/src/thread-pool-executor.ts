import { SHARE_ENV, type ResourceLimits } from 'node:worker_threads';
import { PoolExecutor, workerPoolOptionChecks, resolveWorkerPoolOptions, type WorkerPoolOptions } from '@heddle/engine';
import { BrokenThreadPool } from '@heddle/futures';
import { arrayValue, integerFrom, ofType, show, type OptionCheck } from '@heddle/futures/authors';
import { threadChannels, type ThreadChannelOptions } from './thread-channel.js';

/** The options of {@link ThreadPoolExecutor}. */
export interface ThreadPoolExecutorOptions extends WorkerPoolOptions {
  /** The prefix of the threads' names: `prefix_0`, `prefix_1`, ... @defaultValue `ThreadPoolExecutor-N` */
  threadNamePrefix?: string;
  /**
   * Limits of each thread's heap and stack in MiB, as in `node:worker_threads`. Node 24 and 26 do not always end a
   * thread that has reached them, see docs/guides/processes.md. For memory that grows, use `maxMemory`.
   */
  resourceLimits?: ResourceLimits;
  /**
   * Bytes of a thread's heap, with the buffers beside it and garbage included. A thread that has more is replaced
   * between two tasks.
   * @defaultValue no limit
   */
  maxMemory?: number;
  /** The Node options of the threads. @defaultValue those of this process */
  execArgv?: readonly string[];
  /** The `process.env` of the threads; `SHARE_ENV` shares that of this thread. @defaultValue a copy */
  env?: NodeJS.ProcessEnv | typeof SHARE_ENV;
}

/** The checks of ThreadPoolExecutorOptions. */
export const threadPoolChecks: Readonly<Record<string, OptionCheck>> = {
  ...workerPoolOptionChecks,
  threadNamePrefix: ofType('string'),
  resourceLimits: ofType('object'),
  maxMemory: integerFrom(1),
  execArgv: arrayValue,
  env: (value, label) => {
    if (value !== SHARE_ENV && (typeof value !== 'object' || value === null)) {
      throw new TypeError(`${label} must be an object or SHARE_ENV, got ${show(value)}`);
    }
  },
};

let executors = 0;

/**
 * Runs functions on a pool of worker threads, as `concurrent.futures.ThreadPoolExecutor` does. Unlike Python's, these
 * threads also run in parallel. Threads start when tasks wait. An idle thread gets the next task before another thread
 * starts.
 *
 * A function travels by reference (`task`, `tasksOf`) or by source; arguments and results travel by structured clone.
 *
 * @throws TypeError, RangeError naming the option
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 4 });
 * const future = pool.submit((n: number) => n ** 2, 7);
 * console.log(await future); // 49
 * ```
 */
export class ThreadPoolExecutor extends PoolExecutor {
  constructor(options?: ThreadPoolExecutorOptions) {
    const resolved = resolveWorkerPoolOptions('ThreadPoolExecutor', options, threadPoolChecks);
    const channelOptions: ThreadChannelOptions = {
      ...(options?.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
      ...(options?.maxMemory === undefined ? {} : { maxMemory: options.maxMemory }),
      ...(options?.execArgv === undefined ? {} : { execArgv: [...options.execArgv] }),
      ...(options?.env === undefined ? {} : { env: options.env }),
    };
    super(
      {
        name: 'ThreadPoolExecutor',
        workerNamePrefix: options?.threadNamePrefix ?? `ThreadPoolExecutor-${String(executors++)}`,
        Broken: BrokenThreadPool,
        destination: 'thread',
        ...threadChannels(channelOptions),
      },
      resolved,
    );
  }
}
