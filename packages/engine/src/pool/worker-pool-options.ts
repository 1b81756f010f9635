import type { AnyFunction } from '@heddle/futures';
import {
  arrayValue,
  checkOptions,
  countOrInfinity,
  durationMs,
  integerFrom,
  ofType,
  positiveOrInfinity,
  show,
  type OptionCheck,
} from '@heddle/futures/authors';
import type { DeathLimit } from '../crew/death-watch.js';
import { defaultParallelism } from './default-parallelism.js';

/** Options that every pool of workers has. */
export interface WorkerPoolOptions {
  /** Workers at most. @defaultValue the CPUs this process may use, within the container's quota */
  maxWorkers?: number;
  /** Workers that are started at once and kept when idle. @defaultValue 0 */
  minWorkers?: number;
  /** Runs in each worker before its first task. Failing, it breaks the executor. */
  initializer?: AnyFunction;
  /** The initializer's arguments. @defaultValue [] */
  initargs?: readonly unknown[];
  /** Tasks after which a worker is replaced; `Infinity` is no limit. @defaultValue Infinity */
  maxTasksPerWorker?: number;
  /** How long an idle worker beyond `minWorkers` is kept, in milliseconds. @defaultValue Infinity */
  idleTimeoutMs?: number;
  /** Tasks that may wait beyond those the workers could run; `submit` then fails with QueueFullError, `map` waits. @defaultValue Infinity */
  maxQueueSize?: number;
  /** Tasks that may wait for tasks of their own at a time. @defaultValue 10_000 */
  maxSuspendedTasks?: number;
  /**
   * How long a worker may take to start, its initializer included, in milliseconds. One that takes longer is stopped: it is replaced when another
   * worker is ready, else the executor breaks. While the system is too short of files, memory or processes to start any worker, it is tried again, for ten seconds or so long if that is less.
   * @defaultValue 60_000
   */
  startTimeoutMs?: number;
  /** Unexpected ends of workers that break the executor. @defaultValue max(10, 5 * maxWorkers) deaths in 10 s */
  deathLimit?: DeathLimit;
}

/** WorkerPoolOptions with every default in place. */
export type ResolvedWorkerPoolOptions = Required<Omit<WorkerPoolOptions, 'initializer' | 'deathLimit'>> & {
  readonly initializer: AnyFunction | undefined;
  /** Undefined where it depends on how many workers there may be: see deathLimitFor in crew/death-watch.ts. */
  readonly deathLimit: DeathLimit | undefined;
};

/** The checks of WorkerPoolOptions, for executors to extend. */
export const workerPoolOptionChecks: Readonly<Record<string, OptionCheck>> = {
  maxWorkers: (value, label) => {
    if (typeof value !== 'number') throw new TypeError(`${label} must be a whole number, got ${show(value)}`);
    if (!(value > 0)) throw new RangeError(`${label} must be greater than 0, got ${String(value)}`);
    integerFrom(1, 'a whole number')(value, label);
  },
  minWorkers: integerFrom(0),
  initializer: ofType('function'),
  initargs: arrayValue,
  maxTasksPerWorker: positiveOrInfinity,
  idleTimeoutMs: durationMs,
  maxQueueSize: countOrInfinity,
  maxSuspendedTasks: countOrInfinity,
  startTimeoutMs: durationMs,
  deathLimit: (value, label) => {
    checkOptions(label, value, { maxDeaths: integerFrom(0), periodMs: durationMs });
    const { maxDeaths, periodMs } = value as Partial<DeathLimit>;
    if (maxDeaths === undefined || periodMs === undefined) throw new TypeError(`${label} needs maxDeaths and periodMs`);
  },
};

/**
 * Checks options and fills in the defaults.
 *
 * @throws TypeError, RangeError naming the option
 */
export function resolveWorkerPoolOptions(
  where: string,
  options: WorkerPoolOptions | undefined,
  checks: Readonly<Record<string, OptionCheck>>,
): ResolvedWorkerPoolOptions {
  checkOptions(where, options, checks);
  const maxWorkers = options?.maxWorkers ?? defaultParallelism();
  const minWorkers = options?.minWorkers ?? 0;
  if (minWorkers > maxWorkers) {
    throw new RangeError(`${where}: minWorkers must be at most maxWorkers (${String(maxWorkers)}), got ${String(minWorkers)}`);
  }
  return {
    maxWorkers,
    minWorkers,
    initializer: options?.initializer,
    initargs: options?.initargs ?? [],
    maxTasksPerWorker: options?.maxTasksPerWorker ?? Infinity,
    idleTimeoutMs: options?.idleTimeoutMs ?? Infinity,
    maxQueueSize: options?.maxQueueSize ?? Infinity,
    maxSuspendedTasks: options?.maxSuspendedTasks ?? 10_000,
    startTimeoutMs: options?.startTimeoutMs ?? 60_000,
    deathLimit: options?.deathLimit,
  };
}
