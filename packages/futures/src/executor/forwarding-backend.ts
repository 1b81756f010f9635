import type { Future } from '../future/future.js';
import { broadcastOn, describeBackend, failureOwnerOf, type Backend, type BroadcastOptions, type ShutdownOptions } from './backend.js';
import type { ExecutorStatistics } from './statistics.js';
import type { AnyFunction, Reservation, Sliceable, TaskRequest } from './task-request.js';

/**
 * Forwards every call to another backend. For authors of decorators: extend it and override the members that differ. Tasks arrive by
 * `schedule`, and by `schedule` of the reservations that `reserve` returns.
 *
 * @example
 * ```ts
 * import { Executor, type Future, type TaskRequest } from '@heddle/futures';
 * import { ForwardingBackend, backendOf } from '@heddle/futures/authors';
 *
 * class CountingBackend extends ForwardingBackend {
 *   count = 0;
 *
 *   override schedule(request: TaskRequest): Future<unknown> {
 *     this.count += 1;
 *     return super.schedule(request);
 *   }
 * }
 *
 * export const counting = (executor: Executor): Executor => new Executor(new CountingBackend(backendOf(executor)));
 * ```
 */
export abstract class ForwardingBackend implements Backend {
  readonly #inner: Backend;

  constructor(inner: Backend) {
    this.#inner = inner;
  }

  get parallelism(): number {
    return this.#inner.parallelism;
  }

  get limitsTasks(): boolean {
    return this.#inner.limitsTasks ?? false;
  }

  get failures(): object {
    return failureOwnerOf(this.#inner);
  }

  schedule(request: TaskRequest): Future<unknown> {
    return this.#inner.schedule(request);
  }

  reserve(onCancel: (error?: unknown) => void): Reservation {
    return this.#inner.reserve(onCancel);
  }

  snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    return this.#inner.snapshot(items, spread);
  }

  snapshotFunction(fn: AnyFunction): AnyFunction {
    return this.#inner.snapshotFunction(fn);
  }

  whenRoom(): Promise<void> | undefined {
    return this.#inner.whenRoom();
  }

  broadcast(fn: AnyFunction, args: readonly unknown[], options: BroadcastOptions): Promise<unknown[]> {
    return broadcastOn(this.#inner, fn, args, options);
  }

  shutdown(options?: ShutdownOptions): Promise<void> {
    return this.#inner.shutdown(options);
  }

  statistics(): ExecutorStatistics {
    return this.#inner.statistics();
  }

  describe(): string {
    const inner = this.#inner;
    const name = this.constructor.name.replace(/Backend$/, 'Executor');
    return `${name} over ${inner.describe?.() ?? describeBackend(inner.constructor.name, inner)}`;
  }
}
