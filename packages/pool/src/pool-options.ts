import type { AnyFunction } from '@heddle/futures';
import { arrayValue, checkOptions, integerFrom, ofType, positiveOrInfinity, type OptionCheck } from '@heddle/futures/authors';

/** Options of `Pool` and `ThreadPool`. */
export interface PoolOptions {
  /** Workers at most; they start when tasks wait. @defaultValue the CPUs this process may use, within the container's quota */
  processes?: number;
  /** Runs in each worker before its first task. Failing, it breaks the pool: every result gets an error. */
  initializer?: AnyFunction;
  /** The initializer's arguments. @defaultValue [] */
  initargs?: readonly unknown[];
  /** Tasks after which a worker is replaced; a chunk is one task. Python's `maxtasksperchild`. `Infinity` is no limit. @defaultValue Infinity */
  maxTasksPerWorker?: number;
}

/** What an executor is made with. */
export interface WorkerOptions {
  maxWorkers?: number;
  initializer?: AnyFunction;
  initargs?: readonly unknown[];
  maxTasksPerWorker?: number;
}

/** Options of the calls whose items run in chunks. */
export interface ChunkOptions {
  /** How many items run as one task: a whole number of at least 1. @defaultValue as Python sizes them, see the method */
  chunkSize?: number;
}

/** Options of `imap` and `imapUnordered`. */
export interface ImapOptions extends ChunkOptions {
  /**
   * How many items may be read ahead of the results that were read.
   * @defaultValue 1024, or four chunks for each worker if that is more
   */
  bufferSize?: number;
}

/** Options of `applyAsync`: who is told of the outcome, besides the AsyncResult. */
export interface CallbackOptions<T> {
  /** Called with the value, when there is one. What it throws is reported (`HEDDLE_CALLBACK_THREW`). */
  callback?: (value: T) => void;
  /** Called with the error, when there is one. What it throws is reported (`HEDDLE_CALLBACK_THREW`). */
  errorCallback?: (error: unknown) => void;
}

/** Options of `mapAsync` and `starmapAsync`. */
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

/** Workers are called so in the whole house; who comes from Python should find them. */
const pythonNames = ['maxtasksperchild', 'maxTasksPerChild'];

/**
 * Checks a pool's options.
 *
 * @param options - a number is short for `{ processes }`
 * @returns the same for an executor
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
