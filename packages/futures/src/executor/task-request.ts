/**
 * What an executor is asked to run, and what it answers: types only, shared by everybody who submits, schedules or decorates.
 *
 *   CallRequest    fn(...args)                                          ──▶ what it returned
 *   ChunkRequest   fn(item), or fn(...item) with `spread`, item by item ──▶ a ChunkOutcome
 *   StreamRequest  iterates fn(...args), and gives `push` the items     ──▶ what the generator returned
 */
import type { Future } from '../future/future.js';

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** Items that can be cut into chunks: an array, a typed array of numbers, or what an executor has made of them. */
export interface Sliceable {
  readonly length: number;
  slice(start: number, end: number): Sliceable;
}

/** The items of an executor that takes them as they are. */
export type ItemList = Sliceable & ArrayLike<unknown>;

/** Sends values to the consumer. Resolves when there is room for more; throws at once when one of them can't travel. */
export type PushItems = (items: readonly unknown[]) => PromiseLike<unknown> | undefined;

/**
 * Options for tasks; see {@link Executor.with}.
 *
 * @typeParam P - what the tasks report
 */
export interface TaskOptions<P = unknown> {
  /** Aborting it cancels the task, or aborts it when it runs. */
  signal?: AbortSignal;
  /**
   * How long the task may run, in milliseconds from the claim; then it is aborted with a TimeoutError. Each item of a map is a task of its own then, unless
   * the map is given a `chunkSize`: that limits each chunk.
   */
  timeoutMs?: number;
  /**
   * Larger ones run first.
   * @defaultValue 0
   */
  priority?: number;
  /**
   * The task's name in messages, in `currentTask()` and in statistics.
   * @defaultValue the function's name
   */
  name?: string;
  /** Called in the caller with what the task passes to `currentTask().report()`. */
  onProgress?: (progress: P) => void;
}

/** What all requests have. */
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

/** Asks for `fn` of each item in turn, up to the first error; see `runChunk`. */
export interface ChunkRequest extends BaseRequest {
  readonly kind: 'chunk';
  /** Some of what the executor's own `snapshot` made of a map's items, or an array of them. */
  readonly items: Sliceable;
  /** Whether each item is a list of arguments: `fn(...item)`. */
  readonly spread: boolean;
}

/** Asks for what iterating `fn(...args)` yields; see `runStream`. */
export interface StreamRequest extends BaseRequest {
  readonly kind: 'stream';
  /** Takes what it yields, in the caller. */
  readonly push: PushItems;
  readonly args: readonly unknown[];
}

/** One task as an executor receives it. For executor authors. */
export type TaskRequest = CallRequest | ChunkRequest | StreamRequest;

/** What a chunk resolves to: the values up to the first error. */
export interface ChunkOutcome {
  readonly values: ArrayLike<unknown>;
  /** What the item after the last value threw, boxed since it may be falsy. */
  readonly failure?: { readonly error: unknown } | undefined;
  /** How long the items took, in milliseconds. */
  readonly elapsedMs: number;
}

/** The right to schedule a map's tasks, also after shutdown has begun: the map was accepted as a whole. */
export interface Reservation {
  schedule(request: TaskRequest): Future<unknown>;
  /** Nothing more will be scheduled. */
  close(): void;
}
