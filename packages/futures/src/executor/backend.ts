/**
 * What an executor is to those who write one, or decorate one. Users see the façade, {@link Executor}; authors implement a Backend, and
 * reach that of an executor they are given by {@link backendOf}.
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
   * Whether the promise waits until all accepted tasks are done and the workers are gone.
   * @defaultValue true
   */
  wait?: boolean;
  /**
   * Whether tasks that have not begun are cancelled.
   * @defaultValue false
   */
  cancelFutures?: boolean;
}

/** What runs the tasks of an {@link Executor}. `BaseBackend` has answers for all members but `parallelism`, `schedule`, `shutdown` and `statistics`. */
export interface Backend {
  /** How many tasks can run at the same time. */
  readonly parallelism: number;
  /** Whether tasks run for a limited time (`with({ timeoutMs })`): `map` then makes one task of each item. @defaultValue false */
  readonly limitsTasks?: boolean;
  /**
   * What stands for the executor in `tellFailures`, and as the `failureOwner` of its futures. It should not hold the backend.
   * @defaultValue the backend itself
   */
  readonly failures?: object;

  /**
   * Accepts one task.
   *
   * @throws ShutdownError, BrokenExecutor
   */
  schedule(request: TaskRequest): Future<unknown>;

  /**
   * Accepts a map as a whole: see {@link Reservation}. `onCancel` is called when what has not begun won't be run: without an
   * argument when shutdown cancels it, else with the error that says why.
   *
   * @throws as `schedule`
   */
  reserve(onCancel: (error?: unknown) => void): Reservation;

  /**
   * Takes a map's items as they are now.
   *
   * @param spread - whether each item is a list of arguments
   * @throws SerializationError when one of them can't travel
   */
  snapshot(items: readonly unknown[], spread: boolean): Sliceable;

  /** Takes the function of a map as it is now, for all its chunks. */
  snapshotFunction(fn: AnyFunction): AnyFunction;

  /** Resolves when the queue has room again; `undefined` when it has now. */
  whenRoom(): Promise<void> | undefined;

  /** See {@link Executor.shutdown}. */
  shutdown(options?: ShutdownOptions): Promise<void>;

  /** See {@link Executor.statistics}. */
  statistics(): ExecutorStatistics;

  /**
   * What `console.log` shows of its executor.
   *
   * @param name - of the executor's class, when that asks
   * @defaultValue the name, what `statistics()` says, and `parallelism`
   */
  describe?(name?: string): string;
}

/** Names the property of an executor that has its backend. The same in all copies of the package; the number changes when Backend does. */
export const backendKey: unique symbol = Symbol.for('heddle.backend.1') as never;

/**
 * The backend of an executor, of whichever copy of the package. For authors: what is scheduled there belongs to no cancellation scope, unless
 * it is scheduled by {@link scheduleInScope}.
 *
 * @param what - for the message, e.g. `retrying: executor`
 * @throws TypeError when it is no Executor
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

/** Whether it is an executor that {@link backendOf} knows the backend of. */
export function isExecutor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && backendKey in value;
}

/** What stands for a backend in `tellFailures`: see FutureController.failureOwner. */
export function failureOwnerOf(backend: Backend): object {
  return backend.failures ?? backend;
}

/** What `console.log` shows of an executor: what it is and does, as `statistics()` has it. */
export function describeBackend(name: string, backend: Backend): string {
  const { state, workers, queued, running, finished, failed } = backend.statistics();
  const workerCount = workers.starting + workers.busy + workers.idle + workers.stopping;
  const facts = { parallelism: backend.parallelism, workers: workerCount, queued, running, finished, failed };
  return `${name} { state: '${state}', ${Object.entries(facts)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ')} }`;
}
