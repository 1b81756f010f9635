import { SHARE_ENV, type ResourceLimits } from 'node:worker_threads';
import { PoolExecutor, workerPoolOptionChecks, resolveWorkerPoolOptions, type WorkerPoolOptions } from '@heddle/engine';
import { BrokenThreadPool } from '@heddle/futures';
import { arrayValue, integerFrom, ofType, show, type OptionCheck } from '@heddle/futures/authors';
import { threadChannels, type ThreadChannelOptions } from './thread-channel.js';

/** Options of {@link ThreadPoolExecutor}. */
export interface ThreadPoolExecutorOptions extends WorkerPoolOptions {
  /** Threads are called `prefix_0`, `prefix_1`, ... @defaultValue `ThreadPoolExecutor-N` */
  threadNamePrefix?: string;
  /**
   * Limits of each thread's heap and stack, as `node:worker_threads` has them (in MiB). Node 24 and 26 do not always end a thread
   * that has reached them, see docs/guides/processes.md: `maxMemory` is for memory that grows.
   */
  resourceLimits?: ResourceLimits;
  /**
   * Bytes of a thread's heap, with the buffers beside it and garbage included, beyond which it is replaced, between two tasks.
   * @defaultValue no limit
   */
  maxMemory?: number;
  /** Node options of the threads. @defaultValue those of this process */
  execArgv?: readonly string[];
  /** The threads' `process.env`; `SHARE_ENV` shares this one's. @defaultValue a copy */
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
 * Runs functions on a pool of worker threads, as `concurrent.futures.ThreadPoolExecutor` does; here they also run in
 * parallel. Threads start when tasks wait and an idle one is used again before another starts.
 *
 * A function travels by reference (`task`, `tasksOf`) or by its source; arguments and results by structured clone.
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
