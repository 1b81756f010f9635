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

/** The results of a map. Leaving a `for await` early cancels the chunks that have not begun. */
export interface MapResults<R> extends AsyncIterableIterator<R> {
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
  timeoutMs: durationMs,
  ordered: ofType('boolean'),
  onProgress: ofType('function'),
};
