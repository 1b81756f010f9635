/**
 * Backend: the interface that authors of executors implement, and that decorators wrap. Users see the façade, {@link Executor}. Authors
 * reach the backend of an executor by {@link backendOf}.
 *
 *   user ──submit, map, stream──▶ Executor ──schedule, reserve──▶ Backend (a pool, or a decorator of another Backend)
 */
import type { Future } from '../future/future.js';
import { show } from '../helpers/options.js';
import type { ExecutorStatistics } from './statistics.js';
import type { AnyFunction, Reservation, Sliceable, TaskRequest } from './task-request.js';

/** Options of {@link Executor.shutdown}. */
export interface ShutdownOptions {
  /**
   * Whether the promise waits until all accepted tasks are done and the workers have ended.
   * @defaultValue true
   */
  wait?: boolean;
  /**
   * Whether tasks that have not begun are cancelled instead of run.
   * @defaultValue false
   */
  cancelFutures?: boolean;
}

/** Options of {@link Executor.broadcast}. */
export interface BroadcastOptions {
  /**
   * Whether workers that start later run the function too, before their first task. If it fails there, the executor breaks, as with an
   * initializer.
   * @defaultValue false
   */
  later?: boolean;
}

/**
 * Runs the tasks of an {@link Executor}. `BaseBackend` implements all members except `parallelism`, `schedule`, `shutdown` and
 * `statistics`.
 */
export interface Backend {
  /** How many tasks can run at the same time. */
  readonly parallelism: number;
  /** Whether tasks have a time limit (`with({ timeoutMs })`). `map` then makes one task of each item. @defaultValue false */
  readonly limitsTasks?: boolean;
  /**
   * Stands for the executor in `tellFailures`, and as the `failureOwner` of its futures. It should not refer to the backend.
   * @defaultValue the backend itself
   */
  readonly failures?: object;

  /**
   * Accepts one task.
   *
   * @throws ShutdownError (`HEDDLE_SHUTDOWN`), BrokenExecutor (`HEDDLE_BROKEN_EXECUTOR`)
   */
  schedule(request: TaskRequest): Future<unknown>;

  /**
   * Accepts a map as a whole: see {@link Reservation}.
   *
   * @param onCancel - is called when the items that have not begun will not run: without an argument when shutdown cancels them,
   *   otherwise with the error that says why
   * @throws as `schedule`
   */
  reserve(onCancel: (error?: unknown) => void): Reservation;

  /**
   * Takes a map's items as they are now.
   *
   * @param spread - whether each item is a list of arguments
   * @throws SerializationError (`HEDDLE_SERIALIZATION`) when an item cannot travel
   */
  snapshot(items: readonly unknown[], spread: boolean): Sliceable;

  /** Takes the function of a map as it is now. All chunks of the map use it. */
  snapshotFunction(fn: AnyFunction): AnyFunction;

  /** A promise that resolves when the queue has room again; `undefined` when it has room now. */
  whenRoom(): Promise<void> | undefined;

  /**
   * See {@link Executor.broadcast}. A backend without it can't address its workers one by one.
   *
   * @throws as `schedule`
   */
  broadcast?(fn: AnyFunction, args: readonly unknown[], options: BroadcastOptions): Promise<unknown[]>;

  /** See {@link Executor.shutdown}. */
  shutdown(options?: ShutdownOptions): Promise<void>;

  /** See {@link Executor.statistics}. */
  statistics(): ExecutorStatistics;

  /**
   * The text that `console.log` shows for the executor.
   *
   * @param name - the name of the executor's class, when the executor asks
   * @defaultValue the name, the counts of `statistics()`, and `parallelism`
   */
  describe?(name?: string): string;
}

/** The property of an executor that holds its backend. The symbol is the same in all copies of the package; its number changes when Backend changes. */
export const backendKey: unique symbol = Symbol.for('heddle.backend.1') as never;

/**
 * Returns the backend of an executor, even of one from another copy of the package. For authors of executors. A task that is scheduled on
 * a backend belongs to no cancellation scope, unless it is scheduled by {@link scheduleInScope}.
 *
 * @param executor - an executor
 * @param what - its name in the error message, for example `retrying: executor`
 * @returns the backend
 * @throws TypeError when `executor` is not an Executor
 * @example
 * ```ts
 * import { InlineExecutor } from '@heddle/futures';
 * import { backendOf } from '@heddle/futures/authors';
 *
 * const backend = backendOf(new InlineExecutor());
 * const reservation = backend.reserve(() => undefined);
 * export const four: unknown = await reservation.schedule({ kind: 'call', fn: Math.sqrt, args: [16], options: {} });
 * reservation.close();
 * ```
 */
export function backendOf(executor: unknown, what = 'backendOf: executor'): Backend {
  const backend = (executor as { readonly [backendKey]?: Backend } | null | undefined)?.[backendKey];
  if (backend !== undefined) return backend;
  if (typeof (executor as { readonly submit?: unknown } | null | undefined)?.submit === 'function') {
    throw new TypeError(
      `${what} must be an Executor of this version of @heddle/futures, got ${show(executor)}, which another version made; install one version (npm ls @heddle/futures)`,
    );
  }
  throw new TypeError(`${what} must be an Executor, got ${show(executor)}`);
}

/** Tells whether a value is an executor whose backend {@link backendOf} can return. */
export function isExecutor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && backendKey in value;
}

/** The object that stands for a backend in `tellFailures`: see FutureController.failureOwner. */
export function failureOwnerOf(backend: Backend): object {
  return backend.failures ?? backend;
}

/** The text that `console.log` shows for an executor: its name and the counts of `statistics()`. */
export function describeBackend(name: string, backend: Backend): string {
  const { state, workers, queued, running, finished, failed } = backend.statistics();
  const workerCount = workers.starting + workers.busy + workers.idle + workers.stopping;
  const facts = { parallelism: backend.parallelism, workers: workerCount, queued, running, finished, failed };
  return `${name} { state: '${state}', ${Object.entries(facts)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ')} }`;
}

/** Asks a backend to broadcast. @throws TypeError when it cannot */
export function broadcastOn(backend: Backend, fn: AnyFunction, args: readonly unknown[], options: BroadcastOptions): Promise<unknown[]> {
  if (backend.broadcast !== undefined) return backend.broadcast(fn, args, options);
  throw new TypeError('broadcast: this executor cannot address its workers one by one; use its initializer, or perWorker(() => ...)');
}
