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

/** The options that every pool of workers has. */
export interface WorkerPoolOptions {
  /** How many workers there may be. @defaultValue the CPUs this process may use, within the container's quota */
  maxWorkers?: number;
  /** How many workers start at once and are kept when idle. @defaultValue 0 */
  minWorkers?: number;
  /** A function that each worker runs before its first task. If it fails, the executor is broken. */
  initializer?: AnyFunction;
  /** The initializer's arguments. @defaultValue [] */
  initargs?: readonly unknown[];
  /**
   * A function that each worker runs after its last task, when it retires or the executor is shut down. It does not run in a worker that dies
   * or is stopped by force. An error is reported as the warning `HEDDLE_FINALIZER_FAILED`.
   */
  finalizer?: AnyFunction;
  /**
   * How long the finalizer of a worker, and the disposal of its `perWorker` objects, may take together, in milliseconds. Then the worker is
   * stopped, with the warning `HEDDLE_FINALIZER_FAILED`.
   * @defaultValue 10_000
   */
  finalizerTimeoutMs?: number;
  /** How many tasks a worker runs before it is replaced; `Infinity` is no limit. @defaultValue Infinity */
  maxTasksPerWorker?: number;
  /** How long an idle worker beyond `minWorkers` is kept, in milliseconds. @defaultValue Infinity */
  idleTimeoutMs?: number;
  /**
   * How many tasks may wait beyond those that the workers can run. When the queue is full, `submit` fails with
   * QueueFullError, and `map` waits. @defaultValue Infinity
   */
  maxQueueSize?: number;
  /** How many tasks may be suspended, waiting for nested tasks, at the same time. @defaultValue 10_000 */
  maxSuspendedTasks?: number;
  /**
   * How long a worker may take to start, its initializer included, in milliseconds. A worker that takes longer is
   * stopped. It is replaced when another worker is ready; otherwise the executor breaks. While the system is too short
   * of files, memory or processes to start any worker, the executor tries again. It does so for ten seconds, or for
   * `startTimeoutMs` if that is less.
   * @defaultValue 60_000
   */
  startTimeoutMs?: number;
  /** How many crashes of workers break the executor. @defaultValue max(10, 5 * maxWorkers) deaths in 10 s */
  deathLimit?: DeathLimit;
}

/** WorkerPoolOptions with every default in place. */
export type ResolvedWorkerPoolOptions = Required<Omit<WorkerPoolOptions, 'initializer' | 'finalizer' | 'deathLimit'>> & {
  readonly initializer: AnyFunction | undefined;
  readonly finalizer: AnyFunction | undefined;
  /** Undefined when the limit follows from `maxWorkers`: see deathLimitFor in crew/death-watch.ts. */
  readonly deathLimit: DeathLimit | undefined;
};

/** The checks of WorkerPoolOptions. Executors extend them with their own options. */
export const workerPoolOptionChecks: Readonly<Record<string, OptionCheck>> = {
  maxWorkers: (value, label) => {
    if (typeof value !== 'number') throw new TypeError(`${label} must be a whole number, got ${show(value)}`);
    if (!(value > 0)) throw new RangeError(`${label} must be greater than 0, got ${String(value)}`);
    integerFrom(1, 'a whole number')(value, label);
  },
  minWorkers: integerFrom(0),
  initializer: ofType('function'),
  initargs: arrayValue,
  finalizer: ofType('function'),
  finalizerTimeoutMs: durationMs,
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
    finalizer: options?.finalizer,
    finalizerTimeoutMs: options?.finalizerTimeoutMs ?? 10_000,
    maxTasksPerWorker: options?.maxTasksPerWorker ?? Infinity,
    idleTimeoutMs: options?.idleTimeoutMs ?? Infinity,
    maxQueueSize: options?.maxQueueSize ?? Infinity,
    maxSuspendedTasks: options?.maxSuspendedTasks ?? 10_000,
    startTimeoutMs: options?.startTimeoutMs ?? 60_000,
    deathLimit: options?.deathLimit,
  };
}
