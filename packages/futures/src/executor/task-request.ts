/**
 * The requests that a backend receives, and the outcome of a chunk. Types only, shared by executors, backends and decorators.
 *
 *   CallRequest    fn(...args)                                          ──▶ the result of fn
 *   ChunkRequest   fn(item), or fn(...item) with `spread`, item by item ──▶ a ChunkOutcome
 *   StreamRequest  iterates fn(...args), and gives `push` the items     ──▶ the generator's return value
 */
import type { Future } from '../future/future.js';

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** Items that can be cut into chunks: an array, a typed array, or an executor's own snapshot of them. */
export interface Sliceable {
  readonly length: number;
  slice(start: number, end: number): Sliceable;
}

/** Items that an executor runs without encoding them. */
export type ItemList = Sliceable & ArrayLike<unknown>;

/** Sends values to the consumer. The promise resolves when there is room for more. It throws immediately when a value cannot travel. */
export type PushItems = (items: readonly unknown[]) => PromiseLike<unknown> | undefined;

/**
 * Options for tasks; see {@link Executor.with}.
 *
 * @typeParam P - the type of the progress that the tasks report
 */
export interface TaskOptions<P = unknown> {
  /** Aborting it cancels the task or, if the task is running, aborts it. */
  signal?: AbortSignal;
  /**
   * How long the task may run, in milliseconds from its claim. Then it is aborted with a TimeoutError. Each item of a map is then a
   * task of its own, unless the map has a `chunkSize`: the timeout then limits each chunk.
   */
  timeoutMs?: number;
  /**
   * The priority: tasks with a larger number run first.
   * @defaultValue 0
   */
  priority?: number;
  /**
   * The task's name in error messages, in `currentTask()` and in statistics.
   * @defaultValue the function's name
   */
  name?: string;
  /** Called in the caller with each value that the task passes to `currentTask().report()`. */
  onProgress?: (progress: P) => void;
}

/** The members that all requests have. */
export interface BaseRequest {
  readonly fn: AnyFunction;
  readonly options: TaskOptions;
  /** Which run of the task this is, for `currentTask().attempt`. @defaultValue 1 */
  readonly attempt?: number;
}

/** Asks for `fn(...args)`. */
export interface CallRequest extends BaseRequest {
  readonly kind: 'call';
  readonly args: readonly unknown[];
}

/** Asks for `fn` of each item, one after the other, up to the first error; see `runChunk`. */
export interface ChunkRequest extends BaseRequest {
  readonly kind: 'chunk';
  /** A slice of the backend's own `snapshot` of a map's items, or an array of items. */
  readonly items: Sliceable;
  /** Whether each item is a list of arguments: `fn(...item)`. */
  readonly spread: boolean;
}

/** Asks for the values that iterating `fn(...args)` yields; see `runStream`. */
export interface StreamRequest extends BaseRequest {
  readonly kind: 'stream';
  /** Takes the yielded values, in the caller. */
  readonly push: PushItems;
  readonly args: readonly unknown[];
}

/** One task as a backend receives it. For authors of executors. */
export type TaskRequest = CallRequest | ChunkRequest | StreamRequest;

/** The outcome of a chunk: the values up to the first error. */
export interface ChunkOutcome {
  readonly values: ArrayLike<unknown>;
  /** The error that the item after the last value threw. It is boxed since it may be falsy. */
  readonly failure?: { readonly error: unknown } | undefined;
  /** How long the items took, in milliseconds. */
  readonly elapsedMs: number;
}

/** The right of an accepted map to schedule its chunks, even after shutdown has begun. */
export interface Reservation {
  schedule(request: TaskRequest): Future<unknown>;
  /** Gives up the right: no more chunks will be scheduled. */
  close(): void;
}
