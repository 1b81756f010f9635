import { durationMs, integerFrom, ofType, type OptionCheck } from '../helpers/options.js';

/** Options of `map` and `starmap`. */
export interface MapOptions {
  /**
   * How many items run as one task. With 'auto', the map measures the items and makes chunks of about 10 ms. If the executor's tasks
   * have a `timeoutMs` (`with({ timeoutMs })`), 'auto' makes one task of each item.
   * @defaultValue 'auto'
   */
  chunkSize?: number | 'auto';
  /**
   * How many items may be read ahead of the consumer, that is, submitted and not yet yielded.
   * @defaultValue no limit for arrays, 1024 for other iterables
   */
  bufferSize?: number;
  /**
   * How many bytes of items and results the map may hold ahead of the consumer, about. It submits no more items while it holds more. It
   * counts buffers and strings, those within arrays and plain objects too; an item that is larger than the limit still runs, alone.
   * @defaultValue no limit
   */
  bufferBytes?: number;
  /** A time limit for all results, in milliseconds from the call. After it, `next()` rejects with TimeoutError. @defaultValue no limit */
  timeoutMs?: number;
  /**
   * Whether results come in the order of the items.
   * @defaultValue true
   */
  ordered?: boolean;
  /** Called after each chunk with the number of items that are done and the number of all items, if that is known. */
  onProgress?: (done: number, total: number | undefined) => void;
}

/** Options of a map that yields a result for every item, also for those that failed: see {@link Executor.map}. */
export interface SettledMapOptions extends MapOptions {
  /** Whether errors are results. The map then goes on with the next item. */
  settled: true;
}

/** The result of one item of a settled map, as of `Promise.allSettled`. */
export type SettledResult<R, I> =
  | { readonly status: 'fulfilled'; readonly value: R; readonly index: number; readonly item: I }
  | { readonly status: 'rejected'; readonly reason: unknown; readonly index: number; readonly item: I };

/** Options of {@link Executor.reduce}. */
export interface ReduceOptions<A> extends Pick<MapOptions, 'bufferSize' | 'bufferBytes' | 'timeoutMs' | 'onProgress'> {
  /** The value that the fold begins with; the result when there are no items. @defaultValue the value of the first item */
  initial?: A;
  /** How many items a worker folds as one task. @defaultValue 4 tasks for each worker; 256 items when their number is not known */
  chunkSize?: number;
}

/** The results of a map. Leaving a `for await` early cancels the chunks that have not begun. */
export interface MapResults<R> extends AsyncIterableIterator<R> {
  /** How many results there will be, if that is known: of an array. */
  readonly total: number | undefined;
  /** All results that were not read yet. The promise rejects with the first error. */
  toArray(): Promise<R[]>;
}

export const mapOptionChecks: Readonly<Record<string, OptionCheck>> = {
  chunkSize: (value, label) => {
    if (value !== 'auto') integerFrom(1, '"auto" or a whole number of at least 1')(value, label);
  },
  bufferSize: (value, label) => {
    if (typeof value === 'number' && !Number.isInteger(value)) throw new TypeError(`${label} must be a whole number, got ${String(value)}`);
    integerFrom(1)(value, label);
  },
  bufferBytes: integerFrom(1),
  timeoutMs: durationMs,
  ordered: ofType('boolean'),
  onProgress: ofType('function'),
};

export const settledMapOptionChecks: Readonly<Record<string, OptionCheck>> = { ...mapOptionChecks, settled: ofType('boolean') };

export const reduceOptionChecks: Readonly<Record<string, OptionCheck>> = {
  initial: () => undefined,
  chunkSize: integerFrom(1),
  ...pick(mapOptionChecks, ['bufferSize', 'bufferBytes', 'timeoutMs', 'onProgress']),
};

function pick(checks: Readonly<Record<string, OptionCheck>>, names: readonly string[]): Record<string, OptionCheck> {
  return Object.fromEntries(Object.entries(checks).filter(([name]) => names.includes(name)));
}
