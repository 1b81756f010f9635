import type { Future } from '../future/future.js';
import type { Backend, ShutdownOptions } from './backend.js';
import type { ExecutorStatistics } from './statistics.js';
import type { AnyFunction, Reservation, Sliceable, TaskRequest } from './task-request.js';

/**
 * A backend with the simplest implementation of each member. It takes items and functions as they are, and always has room. It gives a map
 * no right that a submit lacks. For authors of executors: extend it and override the members that differ.
 */
export abstract class BaseBackend implements Backend {
  abstract readonly parallelism: number;

  abstract schedule(request: TaskRequest): Future<unknown>;

  abstract shutdown(options?: ShutdownOptions): Promise<void>;

  abstract statistics(): ExecutorStatistics;

  snapshot(items: readonly unknown[], _spread: boolean): Sliceable {
    return items.slice();
  }

  snapshotFunction(fn: AnyFunction): AnyFunction {
    return fn;
  }

  reserve(_onCancel: (error?: unknown) => void): Reservation {
    return { schedule: (request) => this.schedule(request), close: () => undefined };
  }

  whenRoom(): Promise<void> | undefined {
    return undefined;
  }
}
