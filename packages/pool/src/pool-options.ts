import type { AnyFunction } from '@heddle/futures';
import { arrayValue, checkOptions, integerFrom, ofType, positiveOrInfinity, type OptionCheck } from '@heddle/futures/authors';

/** The options of `Pool` and `ThreadPool`. */
export interface PoolOptions {
  /**
   * How many workers there may be; they start when tasks wait.
   * @defaultValue the CPUs this process may use, within the container's quota
   */
  processes?: number;
  /**
   * A function that each worker runs before its first task. If it fails, the pool is broken: every result gets an
   * error.
   */
  initializer?: AnyFunction;
  /** The initializer's arguments. @defaultValue [] */
  initargs?: readonly unknown[];
  /**
   * How many tasks a worker runs before it is replaced; a chunk is one task, and `Infinity` is no limit. Python's
   * `maxtasksperchild`. @defaultValue Infinity
   */
  maxTasksPerWorker?: number;
}

/** The options that the pool passes to its executor. */
export interface WorkerOptions {
  maxWorkers?: number;
  initializer?: AnyFunction;
  initargs?: readonly unknown[];
  maxTasksPerWorker?: number;
}

/** The options of calls whose items run in chunks. */
export interface ChunkOptions {
  /** How many items run as one task: a whole number of at least 1. @defaultValue Python's chunk size, see the method */
  chunkSize?: number;
}

/** The options of `imap` and `imapUnordered`. */
export interface ImapOptions extends ChunkOptions {
  /**
   * How many items the pool may read ahead of the results that you have read.
   * @defaultValue 1024, or four chunks for each worker if that is more
   */
  bufferSize?: number;
}

/** The options of `applyAsync`: the callbacks that get the outcome, besides the AsyncResult. */
export interface CallbackOptions<T> {
  /** Called with the value when the call succeeds. An error that it throws is reported (`HEDDLE_CALLBACK_THREW`). */
  callback?: (value: T) => void;
  /** Called with the error when the call fails. An error that it throws is reported (`HEDDLE_CALLBACK_THREW`). */
  errorCallback?: (error: unknown) => void;
}

/** The options of `mapAsync` and `starmapAsync`. */
export interface MapAsyncOptions<R> extends ChunkOptions, CallbackOptions<R[]> {}

const poolChecks = {
  processes: integerFrom(1),
  initializer: ofType('function'),
  initargs: arrayValue,
  maxTasksPerWorker: positiveOrInfinity,
};

export const chunkChecks: Readonly<Record<string, OptionCheck>> = { chunkSize: integerFrom(1) };
export const imapChecks: Readonly<Record<string, OptionCheck>> = { ...chunkChecks, bufferSize: integerFrom(1) };
export const callbackChecks: Readonly<Record<string, OptionCheck>> = { callback: ofType('function'), errorCallback: ofType('function') };
export const mapAsyncChecks: Readonly<Record<string, OptionCheck>> = { ...chunkChecks, ...callbackChecks };

/**
 * Python's names for maxTasksPerWorker. All of Heddle says "worker", and the error leads users of Python to that name.
 */
const pythonNames = ['maxtasksperchild', 'maxTasksPerChild'];

/**
 * Checks a pool's options.
 *
 * @param options - a number is short for `{ processes }`
 * @returns the options for the executor
 * @throws TypeError, RangeError naming the option
 */
export function resolvePoolOptions(where: string, options: number | PoolOptions | undefined): WorkerOptions {
  const given = typeof options === 'number' ? { processes: options } : options;
  for (const name of pythonNames) {
    if (Object.hasOwn(Object(given) as object, name)) throw new TypeError(`${where}: ${name} is called maxTasksPerWorker here`);
  }
  checkOptions(where, given, poolChecks);
  const { processes, ...others } = given ?? {};
  return processes === undefined ? others : { ...others, maxWorkers: processes };
}

/**
 * Checks the options of one call.
 *
 * @param options - a number is short for `{ chunkSize }`: Python's third argument
 * @throws TypeError, RangeError naming the option
 */
export function callOptions<O extends ChunkOptions>(
  where: string,
  options: number | O | undefined,
  checks: Readonly<Record<string, OptionCheck>>,
): O {
  const given = typeof options === 'number' ? { chunkSize: options } : options;
  checkOptions(where, given, checks);
  return (given ?? {}) as O;
}
